-- List the journeys that entered steps of the funnel on the days asked, each once for a step, by its first entry of
-- these days. Whose it is, is of that entry. Of a longer period, those that had entered in it before are left out.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   places int[]: for each stage, the place of its step, from 0
--   stages uuid[]: the stages
--   since date: the first day of the longer period, or null
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
cross join lateral (select case when e.root_id is null then e.id else e.root_id end as id) root
where
    /*{days*/ true /*}*/
    and (
        %(since)s::date is null
        or not exists (
            select
            from (
                select root.id
                union all
                select f.id from lifecycle_record f
                where f.workspace_id = %(workspace)s and f.root_id = root.id
            ) member
            join lifecycle_stagestay y on y.workspace_id = %(workspace)s and y.record_id = member.id
            join unnest(%(places)s::int[], %(stages)s::uuid[]) own (place, stage_id) on own.stage_id = y.stage_id
            where
                own.place = step.place and (y.entered_at at time zone %(zone)s)::date >= %(since)s
                and (y.entered_at at time zone %(zone)s)::date < x.day
        )
    )
order by root.id, step.place, s.entered_at, s.exited_at, s.id
