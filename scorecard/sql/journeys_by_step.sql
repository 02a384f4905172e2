-- Count the journeys that entered each step of the funnel on the days asked.
--
-- Records of one journey are counted once: from the record at hand back through what it came from, four deep.
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
    count(distinct coalesce(o3.origin_id, o2.origin_id, o1.origin_id, r.origin_id, r.id)) as number
from unnest(%(places)s::int[], %(stages)s::uuid[]) step (place, stage_id)
join lifecycle_stagestay s
    on s.workspace_id = %(workspace)s and s.stage_id = step.stage_id and /*{near*/ true /*}*/
cross join lateral (select (s.entered_at at time zone %(zone)s)::date as day) entry
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = s.record_id
left join lifecycle_record o1 on o1.workspace_id = %(workspace)s and o1.id = r.origin_id
left join lifecycle_record o2 on o2.workspace_id = %(workspace)s and o2.id = o1.origin_id
left join lifecycle_record o3 on o3.workspace_id = %(workspace)s and o3.id = o2.origin_id
where /*{days*/ entry.day is not null /*}*/
group by step.place
