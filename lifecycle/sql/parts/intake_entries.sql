-- List every stage that a record enters now, in the order of its path.
--
-- The first entry of a new record is the stage where its pipeline begins, the next one is what the row asked for.
--
-- parameters:
--   cause text: what caused the entries that were asked for; the others are `auto`
-- columns:
--   id: the record
--   nth: the entry's place in the path
--   told: what the event says beside the stages
select
    ready.id,
    ready.pipeline_id,
    entry.stage_id,
    ready.moment as entered_at,
    entry.nth,
    case when entry.nth = 1 then ready.old_stage_id else ready.path[entry.nth - 1] end as from_stage_id,
    case when entry.nth < cardinality(ready.path) then ready.moment end as exited_at,
    case
        when entry.nth > asked.nth then 'auto'
        when entry.nth = asked.nth and ready.override_facts is not null then 'override'
        else %(cause)s
    end as cause,
    case when entry.nth = asked.nth then coalesce(ready.kept_reason, '') else '' end as reason_key,
    case
        when entry.nth = asked.nth
            then
                jsonb_strip_nulls(jsonb_build_object('reason', ready.kept_reason, 'note', ready.note))
                || coalesce(ready.override_facts, '{}')
        else '{}'
    end as told
from ready
join lateral (
    select
        case
            when ready.is_new and ready.from_stage_id is not null then 2
            when ready.is_new or ready.is_move then 1
            else 0
        end as nth
) asked on true
cross join lateral unnest(ready.path) with ordinality as entry (stage_id, nth)
