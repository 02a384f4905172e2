-- Count the journeys that entered each step of the funnel on the days asked.
--
-- Records of one journey are counted once.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   places int[]: for each stage, the place of its step
--   stages uuid[]: the stages
-- places:
--   near: the days asked, as bounds of s.entered_at
--   days: exactly the days asked, of entry.day
-- columns:
--   place: the place of the step
--   number: how many journeys
select
    step.place,
    count(distinct coalesce(r.root_id, r.id)) as number
from unnest(%(places)s::int[], %(stages)s::uuid[]) step (place, stage_id)
join lifecycle_stagestay s
    on s.workspace_id = %(workspace)s and s.stage_id = step.stage_id and /*{near*/ true /*}*/
cross join lateral (select (s.entered_at at time zone %(zone)s)::date as day) entry
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = s.record_id
where /*{days*/ entry.day is not null /*}*/
group by step.place
