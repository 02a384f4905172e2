-- List journeys behind a number of the funnel, the newest first.
--
-- parameters:
--   workspace uuid: the tenant
--   most int: how many
--   skipped int: how many are on the pages before
-- places:
--   journeys: the journeys, each once for a step
--   joins: what the segments look at, beside the journey `x`
--   filter: what the journeys must have
--   only: which of them are asked
-- columns:
--   total: how many they are on all pages
--   number: the number of the record by which they came there
--   name: its name
--   kind: lead, opportunity or customer
--   stage: where it stands
--   owner: whose it is
--   day: the day they count on
--   amount: what it was worth then
--   currency: in which currency
select
    count(*) over () as total,
    shown.number,
    shown.name,
    shown.kind,
    stage.label as stage,
    coalesce(m.name, '') as owner,
    kept.day,
    kept.worth as amount,
    kept.currency
from (
    select x.*
    from (
        /*{journeys*/
        select
            s.*, 0 as place, 0 as furthest, current_date as day, current_date as came_on, s.record_id as came_by,
            s.stage_id as closed_in, s.reason_key as reason, s.amount as worth
        from lifecycle_stagestay s /*}*/
    ) x /*{joins}*/
    where /*{filter*/ true /*}*/ and /*{only*/ true /*}*/
) kept
join lifecycle_record shown on shown.workspace_id = %(workspace)s and shown.id = kept.came_by
join lifecycle_stage stage on stage.workspace_id = %(workspace)s and stage.id = shown.stage_id
left join workspaces_member m on m.workspace_id = %(workspace)s and m.id = shown.owner_id
order by kept.day desc, shown.number desc
limit %(most)s offset %(skipped)s
