-- List the journeys that entered steps of the funnel on the days asked, each once for a step, by its first entry of
-- these days. Whose it is, is of that entry.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   places int[]: for each stage, the place of its step, from 0
--   stages uuid[]: the stages
-- places:
--   near: the days asked, as bounds of s.entered_at
--   days: exactly the days asked, of x.day
-- columns:
--   record_id: the record with which the journey began
--   came_by: the one by which it came there
--   place: the step
--   furthest: the same
--   day: the day it entered
--   came_on: the same
--   member_id: whose it was then
--   team_id: which team's
--   source: where it came from
--   worth: what it was worth
--   currency: in which currency
select distinct on (root.id, step.place)
    root.id as record_id,
    s.record_id as came_by,
    step.place,
    step.place as furthest,
    x.day,
    x.day as came_on,
    s.owner_id as member_id,
    s.team_id,
    s.source,
    s.amount as worth,
    s.currency
from unnest(%(places)s::int[], %(stages)s::uuid[]) step (place, stage_id)
join lifecycle_stagestay s
    on s.workspace_id = %(workspace)s and s.stage_id = step.stage_id and /*{near*/ true /*}*/
cross join lateral (select (s.entered_at at time zone %(zone)s)::date as day) x
join lifecycle_record e on e.workspace_id = %(workspace)s and e.id = s.record_id
cross join lateral (select coalesce(e.root_id, e.id) as id) root
where /*{days*/ true /*}*/
order by root.id, step.place, s.entered_at, s.exited_at, s.id
