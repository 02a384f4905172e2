-- List the journeys that entered a step of the funnel on the days asked, newest first, one row each.
--
-- Records of one journey are counted once.
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
    select distinct on (root.id)
        root.id,
        s.record_id,
        entry.day
    from lifecycle_stagestay s
    cross join lateral (select (s.entered_at at time zone %(zone)s)::date as day) entry
    join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = s.record_id
    cross join lateral (select coalesce(r.root_id, r.id) as id) root
    where
        s.workspace_id = %(workspace)s and s.stage_id = any(%(stages)s) and /*{near*/ true /*}*/
        and /*{days*/ entry.day is not null /*}*/
    order by root.id, s.entered_at desc, s.record_id desc
) journey
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = journey.record_id
join lifecycle_stage stage on stage.workspace_id = %(workspace)s and stage.id = r.stage_id
left join workspaces_member m on m.workspace_id = %(workspace)s and m.id = r.owner_id
order by journey.day desc, r.number desc
limit %(most)s offset %(skipped)s
