-- List the journeys that entered a step of the funnel on the days asked, newest first, one row each.
--
-- Records of one journey are counted once: from the record at hand back through what it came from, four deep.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   stages uuid[]: the stages of the step
--   most int: how many
--   skipped int: how many are on the pages before
-- places:
--   near: the days asked, as bounds of s.entered_at
--   days: exactly the days asked, of entry.day
-- columns:
--   number: the record's number
--   name: the record's name
--   kind: lead, opportunity or customer
--   stage: where it stands
--   owner: whose it is
--   day: the day it entered
select
    r.number,
    r.name,
    r.kind,
    stage.label as stage,
    coalesce(m.name, '') as owner,
    journey.day
from (
    select distinct on (origin.root_id)
        origin.root_id,
        s.record_id,
        entry.day
    from lifecycle_stagestay s
    cross join lateral (select (s.entered_at at time zone %(zone)s)::date as day) entry
    join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = s.record_id
    left join lifecycle_record o1 on o1.workspace_id = %(workspace)s and o1.id = r.origin_id
    left join lifecycle_record o2 on o2.workspace_id = %(workspace)s and o2.id = o1.origin_id
    left join lifecycle_record o3 on o3.workspace_id = %(workspace)s and o3.id = o2.origin_id
    cross join
        lateral (
            select coalesce(o3.origin_id, o2.origin_id, o1.origin_id, r.origin_id, r.id) as root_id
        ) origin
    where
        s.workspace_id = %(workspace)s and s.stage_id = any(%(stages)s) and /*{near*/ true /*}*/
        and /*{days*/ entry.day is not null /*}*/
    order by origin.root_id, s.entered_at desc, s.record_id desc
) journey
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = journey.record_id
join lifecycle_stage stage on stage.workspace_id = %(workspace)s and stage.id = r.stage_id
left join workspaces_member m on m.workspace_id = %(workspace)s and m.id = r.owner_id
order by journey.day desc, r.number desc
limit %(most)s offset %(skipped)s
