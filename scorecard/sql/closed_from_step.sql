-- Tell into which stages records were closed from those of a step on the days asked, and for which reasons.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   from_stages uuid[]: the stages of the step
--   closed_stages uuid[]: the stages in which a record is closed without being won
-- places:
--   near: the days asked, as bounds of s.entered_at
--   days: exactly the days asked, of entry.day
-- columns:
--   stage: the stage they were closed in
--   reason: the reason's label, or the key of one that is gone
--   number: how many
select
    stage.label as stage,
    s.reason_key as reason,
    count(*) as number
from lifecycle_stagestay s
cross join lateral (select (s.entered_at at time zone %(zone)s)::date as day) entry
join lifecycle_stage stage on stage.workspace_id = %(workspace)s and stage.id = s.stage_id
where
    s.workspace_id = %(workspace)s and s.stage_id = any(%(closed_stages)s) and s.from_stage_id = any(%(from_stages)s)
    and /*{near*/ true /*}*/ and /*{days*/ entry.day is not null /*}*/
group by stage.label, s.reason_key
order by number desc, stage.label
limit 6
