-- List the journeys that began on the days asked, came no further than a step of the funnel and were closed from it,
-- by their last closing. Whose it is, is of their beginning.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   places int[]: for each stage, the place of its step, from 0
--   stages uuid[]: the stages
--   from_places int[]: the steps from which they were closed
--   closed_stages uuid[]: the stages in which a record is closed without being won
--   until date: the last day on which it was closed
-- places:
--   near: the days since the first one asked, as bounds of s.entered_at
--   days: exactly the days asked, of x.day
-- columns:
--   record_id: the record with which the journey began
--   came_by: the one that was closed
--   place: the step
--   closed_in: the stage it was closed in
--   reason: the key of the reason
--   day: the day it began
--   member_id: whose it was at the beginning
--   team_id: which team's
--   source: where it came from
--   worth: what it was worth when it was closed
--   currency: in which currency
select
    closed.root_id as record_id,
    closed.record_id as came_by,
    closed.place,
    closed.stage_id as closed_in,
    closed.reason_key as reason,
    x.day,
    x.owner_id as member_id,
    x.team_id,
    x.source,
    closed.amount as worth,
    closed.currency
from (
    select distinct on (root.id, step.place)
        root.id as root_id,
        step.place,
        s.*
    from lifecycle_stagestay s
    join unnest(%(places)s::int[], %(stages)s::uuid[]) step (place, stage_id)
        on step.stage_id = s.from_stage_id and step.place = any(%(from_places)s)
    join lifecycle_record e on e.workspace_id = %(workspace)s and e.id = s.record_id
    cross join lateral (select case when e.root_id is null then e.id else e.root_id end as id) root
    where
        s.workspace_id = %(workspace)s and s.stage_id = any(%(closed_stages)s) and /*{near*/ true /*}*/
        and (s.entered_at at time zone %(zone)s)::date <= %(until)s
    order by root.id, step.place, s.entered_at desc, s.exited_at desc nulls first, s.id desc
) closed
cross join
    lateral (
        select
            (array_agg(entry.day order by y.entered_at, step.place, y.exited_at, y.id))[1] as day,
            (array_agg(y.owner_id order by y.entered_at, step.place, y.exited_at, y.id))[1] as owner_id,
            (array_agg(y.team_id order by y.entered_at, step.place, y.exited_at, y.id))[1] as team_id,
            (array_agg(y.source order by y.entered_at, step.place, y.exited_at, y.id))[1] as source,
            max(step.place) as furthest
        from (
            select closed.root_id as id
            union all
            select f.id from lifecycle_record f
            where f.workspace_id = %(workspace)s and f.root_id = closed.root_id
        ) member
        join lifecycle_stagestay y on y.workspace_id = %(workspace)s and y.record_id = member.id
        cross join lateral (select (y.entered_at at time zone %(zone)s)::date as day) entry
        join unnest(%(places)s::int[], %(stages)s::uuid[]) step (place, stage_id) on step.stage_id = y.stage_id
        where entry.day <= %(until)s
    ) x
where x.furthest = closed.place and /*{days*/ true /*}*/
