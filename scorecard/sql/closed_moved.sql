-- List the journeys that were closed from steps of the funnel on the days asked, each once for a step, by its last
-- closing of these days. Whose it is, is of that closing.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   places int[]: for each stage, the place of its step, from 0
--   stages uuid[]: the stages
--   from_places int[]: the steps from which they were closed
--   closed_stages uuid[]: the stages in which a record is closed without being won
-- places:
--   near: the days asked, as bounds of s.entered_at
--   days: exactly the days asked, of x.day
-- columns:
--   record_id: the record with which the journey began
--   came_by: the one that was closed
--   place: the step
--   closed_in: the stage it was closed in
--   reason: the key of the reason
--   day: the day it was closed
--   member_id: whose it was then
--   team_id: which team's
--   source: where it came from
--   worth: what it was worth
--   currency: in which currency
select distinct on (root.id, step.place)
    root.id as record_id,
    s.record_id as came_by,
    step.place,
    s.stage_id as closed_in,
    s.reason_key as reason,
    x.day,
    s.owner_id as member_id,
    s.team_id,
    s.source,
    s.amount as worth,
    s.currency
from lifecycle_stagestay s
join unnest(%(places)s::int[], %(stages)s::uuid[]) step (place, stage_id)
    on step.stage_id = s.from_stage_id and step.place = any(%(from_places)s)
cross join lateral (select (s.entered_at at time zone %(zone)s)::date as day) x
join lifecycle_record e on e.workspace_id = %(workspace)s and e.id = s.record_id
cross join lateral (select case when e.root_id is null then e.id else e.root_id end as id) root
where
    s.workspace_id = %(workspace)s and s.stage_id = any(%(closed_stages)s) and /*{near*/ true /*}*/
    and /*{days*/ true /*}*/
order by root.id, step.place, s.entered_at desc, s.exited_at desc nulls first, s.id desc
