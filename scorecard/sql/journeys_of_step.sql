-- List the journeys that entered a step of the funnel on the days asked, the newest first, one row each, by the first
-- entry of these days.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   stages uuid[]: the stages of the step
--   segment text: what it is split by, or blank
--   value text: only those that have this value of it
--   most int: how many
--   skipped int: how many are on the pages before
-- parts:
--   split_value: the value it has of the segment
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
--   amount: what it was worth then
--   currency: in which currency
select
    r.number,
    r.name,
    r.kind,
    stage.label as stage,
    coalesce(m.name, '') as owner,
    x.day,
    x.amount,
    x.currency
from (
    select distinct on (root.id)
        root.id,
        s.record_id,
        s.owner_id,
        s.team_id,
        s.source,
        s.amount,
        s.currency,
        entry.day
    from lifecycle_stagestay s
    cross join lateral (select (s.entered_at at time zone %(zone)s)::date as day) entry
    join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = s.record_id
    cross join lateral (select coalesce(r.root_id, r.id) as id) root
    where
        s.workspace_id = %(workspace)s and s.stage_id = any(%(stages)s) and /*{near*/ true /*}*/
        and /*{days*/ entry.day is not null /*}*/
    order by root.id, s.entered_at, s.id
) x
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = x.record_id
join lifecycle_stage stage on stage.workspace_id = %(workspace)s and stage.id = r.stage_id
left join workspaces_member m on m.workspace_id = %(workspace)s and m.id = r.owner_id
where
    %(segment)s = '' or %(value)s = (/*{split_value*/ select x.source as value /*}*/)
order by x.day desc, r.number desc
limit %(most)s offset %(skipped)s
