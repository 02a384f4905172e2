-- Events of one kind that are about no record: changes of the blueprint, people, keys.
--
-- parameters:
--   workspace uuid: the tenant
--   event text: the kind
-- columns:
--   record_id: nothing
--   handoff_id: nothing
--   owner_id: who did it
--   team_id: nothing
--   source: nothing
--   amount: nothing
--   currency: nothing
--   stage_id: nothing
--   cause: what it was, with its number where it has one
--   at: when it happened
select
    null::uuid as record_id,
    null::uuid as handoff_id,
    e.actor_id as owner_id,
    null::uuid as team_id,
    '' as source,
    null::numeric as amount,
    '' as currency,
    null::uuid as stage_id,
    translate(e.kind, '._', '  ') || coalesce(' #' || (e.facts ->> 'number'), '') as cause,
    e.at
from history_event e
where e.workspace_id = %(workspace)s and e.kind = %(event)s and e.record_id is null
