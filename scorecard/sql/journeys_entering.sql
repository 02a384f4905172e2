-- Count the journeys that entered each step of the funnel by day, with how many days before each had last entered it.
-- A journey counts once a day. Of a period those are left out that had entered in it already: their days say so.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   steps text[]: for each stage, the key of its step
--   stages uuid[]: the stages
-- places:
--   near: the days asked, as bounds of s.entered_at
--   days: exactly the days asked, of x.day
-- columns:
--   day: the day
--   segment: step
--   segment_value: the key of the step
--   numerator: how many had never entered it before
--   denominator: how many entered it
--   aside: nothing
--   stock: nothing
--   stock_days: nothing
--   amounts: nothing
--   unconverted: nothing
--   distribution: days since the last entry → how many
with journeys as (
    select distinct coalesce(r.root_id, r.id) as root_id
    from unnest(%(stages)s::uuid[]) step (stage_id)
    join lifecycle_stagestay s
        on s.workspace_id = %(workspace)s and s.stage_id = step.stage_id and /*{near*/ true /*}*/
    join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = s.record_id
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
entries as (
    select distinct
        step.key,
        m.root_id,
        (s.entered_at at time zone %(zone)s)::date as day
    from members m
    join lifecycle_stagestay s on s.workspace_id = %(workspace)s and s.record_id = m.record_id
    join unnest(%(steps)s::text[], %(stages)s::uuid[]) step (key, stage_id) on step.stage_id = s.stage_id
),
x as (
    select
        key,
        day,
        day - lag(day) over (partition by key, root_id order by day) as gap
    from entries
)
select
    day,
    'step' as segment,
    key as segment_value,
    coalesce(sum(number) filter (where gap is null), 0) as numerator,
    sum(number) as denominator,
    0 as aside,
    0 as stock,
    0 as stock_days,
    0 as amounts,
    0 as unconverted,
    coalesce(jsonb_object_agg(gap::text, number) filter (where gap is not null), '{}') as distribution
from (
    select
        x.day,
        x.key,
        x.gap,
        count(*) as number
    from x
    where /*{days*/ true /*}*/
    group by x.day, x.key, x.gap
) by_gap
group by day, key
