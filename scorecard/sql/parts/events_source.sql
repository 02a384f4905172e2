-- Events of one kind on records' timelines.
--
-- parameters:
--   workspace uuid: the tenant
--   event text: the kind
-- columns:
--   record_id: whose timeline it is on
--   handoff_id: nothing
--   member_id: who did it
--   stage_id: nothing
--   cause: nothing
select
    e.record_id,
    null::uuid as handoff_id,
    e.actor_id as member_id,
    null::uuid as stage_id,
    '' as cause,
    e.at
from history_event e
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = e.record_id
where e.workspace_id = %(workspace)s and e.kind = %(event)s
