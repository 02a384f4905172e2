-- Add up the journeys that came to each step of the funnel by day, with their worth, in both cohorts.
--
-- `moved`: those that entered a step, once a day, with how many days before they had last entered it. Of a period those
-- are left out that had entered in it already: their days say so. Whose it is, is of that entry.
-- `began`: those that came to a step or further for the first time, with how many days before they began. Of a period
-- those count that began in it, whenever they came there. Whose it is, is of their beginning.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   keys text[]: the keys of the steps, in their order
--   places int[]: for each stage, the place of its step among the keys, from 0
--   stages uuid[]: the stages
--   people jsonb: who sits and sat where
-- parts:
--   converted: their worth in the reporting currency
--   place_on_day: where their owner sat
-- places:
--   near: the days asked, as bounds of s.entered_at
--   past: the last of them and all before, as bounds of s.entered_at
--   days: exactly the days asked, of x.day
-- columns:
--   day: the day they came there
--   segment: the cohort, and what it is split by
--   segment_value: the key of the step, and the value it is split by
--   numerator: nothing
--   denominator: how many came there on the day
--   aside: nothing
--   stock: nothing
--   stock_days: nothing
--   amounts: nothing
--   unconverted: nothing
--   distribution: days since → how many, their worth, and how many of them have money without a rate; -1 is never
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
    select distinct on (m.root_id, step.place, entry.day)
        m.root_id,
        step.place,
        entry.day,
        s.entered_at,
        s.exited_at,
        s.id,
        s.owner_id,
        s.team_id,
        s.source,
        s.amount,
        s.currency
    from members m
    join lifecycle_stagestay s
        on s.workspace_id = %(workspace)s and s.record_id = m.record_id and /*{past*/ true /*}*/
    join unnest(%(places)s::int[], %(stages)s::uuid[]) step (place, stage_id) on step.stage_id = s.stage_id
    cross join lateral (select (s.entered_at at time zone %(zone)s)::date as day) entry
    order by m.root_id, step.place, entry.day, s.entered_at, s.exited_at, s.id
),
followed as (
    select
        e.*,
        e.day - lag(e.day) over (partition by e.root_id, e.place order by e.day) as gap,
        max(e.place) over (journey rows between unbounded preceding and 1 preceding) as furthest,
        first_value(e.day) over journey as began_on,
        first_value(e.owner_id) over journey as first_owner_id,
        first_value(e.team_id) over journey as first_team_id,
        first_value(e.source) over journey as first_source
    from entries e
    window journey as (partition by e.root_id order by e.entered_at, e.place, e.exited_at, e.id)
),
x as (
    select
        'moved' as cohort,
        place,
        day,
        coalesce(gap, -1) as since,
        day as held_on,
        owner_id,
        team_id,
        source,
        amount,
        currency
    from followed
    union all
    select
        'began' as cohort,
        reached.place,
        f.day,
        f.day - f.began_on as since,
        f.began_on as held_on,
        f.first_owner_id,
        f.first_team_id,
        f.first_source,
        f.amount,
        f.currency
    from followed f
    cross join generate_series(coalesce(f.furthest + 1, 0), f.place) reached (place)
),
held as (
    select
        x.cohort,
        x.place,
        x.day,
        x.since,
        x.held_on,
        x.owner_id,
        x.team_id,
        x.source,
        count(*) as number,
        coalesce(sum(money.amount), 0) as worth,
        sum(money.unconverted) as unconverted
    from x
    cross join lateral (select x.amount, x.currency, x.day as day) m
    cross join lateral (/*{converted*/ select m.amount, 1 as amounts, 0 as unconverted, '' as cause /*}*/) money
    where /*{days*/ true /*}*/
    group by x.cohort, x.place, x.day, x.since, x.held_on, x.owner_id, x.team_id, x.source
),
seated as (
    select
        held.cohort,
        held.place,
        held.day,
        held.since,
        held.number,
        held.worth,
        held.unconverted,
        held.source,
        spot.at ->> 'team' as team,
        %(people)s::jsonb ->> ('=' || held.owner_id::text) as owner
    from held
    cross join lateral (select held.held_on as day) x
    cross join lateral (/*{place_on_day*/ select null::jsonb as at /*}*/) spot
),
split as (
    select
        seated.day,
        seated.cohort,
        seated.place,
        seated.since,
        case
            when grouping(seated.source) = 0 then ' source'
            when grouping(seated.team) = 0 then ' team'
            when grouping(seated.owner) = 0 then ' owner'
            else ''
        end as segment,
        case
            when grouping(seated.source, seated.team, seated.owner) = 7 then ''
            else
                chr(31)
                || left(coalesce(nullif(coalesce(seated.source, seated.team, seated.owner), ''), '(none)'), 120)
        end as segment_value,
        sum(seated.number) as number,
        sum(seated.worth) as worth,
        sum(seated.unconverted) as unconverted
    from seated
    group by
        seated.day, seated.cohort, seated.place, seated.since,
        grouping sets ((), (seated.source), (seated.team), (seated.owner))
)
select
    day,
    cohort || segment as segment,
    (%(keys)s::text[])[place + 1] || segment_value as segment_value,
    0 as numerator,
    sum(number) as denominator,
    0 as aside,
    0 as stock,
    0 as stock_days,
    0 as amounts,
    0 as unconverted,
    jsonb_object_agg(since::text, jsonb_build_array(number, worth, unconverted)) as distribution
from (
    select
        split.day,
        split.cohort,
        split.place,
        split.since,
        split.segment,
        split.segment_value,
        sum(split.number) as number,
        sum(split.worth) as worth,
        sum(split.unconverted) as unconverted
    from split
    group by split.day, split.cohort, split.place, split.since, split.segment, split.segment_value
) by_since
group by day, cohort, segment, place, segment_value
