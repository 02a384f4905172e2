-- Add up the journeys that were closed from each step of the funnel by day, and by where to and why. Of any days each
-- counts once for a step, by its last closing of these days: a closing takes the one before it away, and gives it back
-- to periods that begin later.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   places int[]: for each stage, the place of its step, from 0
--   stages uuid[]: the stages
--   closed_stages uuid[]: the stages in which a record is closed without being won
-- places:
--   near: the days asked, as bounds of s.entered_at
--   past: the last of them and all before, as bounds of s.entered_at
--   days: exactly the days asked, of x.day
-- columns:
--   day: the day they were closed
--   segment: the place of the step
--   segment_value: the stage they were closed in, and the key of the reason
--   numerator: nothing
--   denominator: nothing
--   aside: nothing
--   stock: nothing
--   stock_days: nothing
--   amounts: nothing
--   unconverted: nothing
--   distribution: days since the closing before → how many more; -1 is whenever that was
with journeys as (
    select distinct coalesce(r.root_id, r.id) as root_id
    from lifecycle_stagestay s
    join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = s.record_id
    where
        s.workspace_id = %(workspace)s and s.stage_id = any(%(closed_stages)s)
        and s.from_stage_id = any(%(stages)s) and /*{near*/ true /*}*/
),
members as (
    select
        root_id,
        root_id as record_id
    from journeys
    union all
    select
        j.root_id,
        f.id as record_id
    from journeys j
    join lifecycle_record f on f.workspace_id = %(workspace)s and f.root_id = j.root_id
),
closings as (
    select distinct on (m.root_id, step.place, entry.day)
        m.root_id,
        step.place,
        entry.day,
        s.stage_id::text || chr(31) || s.reason_key as cause
    from members m
    join lifecycle_stagestay s
        on s.workspace_id = %(workspace)s and s.record_id = m.record_id and /*{past*/ true /*}*/
    join unnest(%(places)s::int[], %(stages)s::uuid[]) step (place, stage_id) on step.stage_id = s.from_stage_id
    cross join lateral (select (s.entered_at at time zone %(zone)s)::date as day) entry
    where s.stage_id = any(%(closed_stages)s)
    order by m.root_id, step.place, entry.day, s.entered_at desc, s.exited_at desc nulls first, s.id desc
),
followed as (
    select
        c.place,
        c.day,
        c.cause,
        c.day - lag(c.day) over journey as since,
        lag(c.cause) over journey as former
    from closings c
    window journey as (partition by c.root_id, c.place order by c.day)
),
x as (
    select
        f.place,
        f.day,
        told.cause,
        told.since,
        told.more
    from followed f
    cross join lateral (values (f.cause, -1, 1), (f.former, -1, -1), (f.former, f.since, 1)) told (cause, since, more)
    where told.cause is not null
)
select
    day,
    place::text as segment,
    cause as segment_value,
    0 as numerator,
    0 as denominator,
    0 as aside,
    0 as stock,
    0 as stock_days,
    0 as amounts,
    0 as unconverted,
    jsonb_object_agg(since::text, jsonb_build_array(number, 0, 0)) as distribution
from (
    select
        x.day,
        x.place,
        x.cause,
        x.since,
        sum(x.more) as number
    from x
    where /*{days*/ true /*}*/
    group by x.day, x.place, x.cause, x.since
) by_since
group by day, place, cause
