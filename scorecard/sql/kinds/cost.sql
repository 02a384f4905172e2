-- Cost of sources: what was spent on each source in a month, spread evenly over the month's days, each part to the cent
-- so that the parts of a month add up to its cost. It is converted by the rate of the month's first day.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
-- places:
--   near: the days asked, as bounds of the moment a day begins
-- parts:
--   converted: the cost in the reporting currency
-- columns:
--   record_id: nothing
--   handoff_id: nothing
--   member_id: nobody
--   team_id: nobody's
--   source: what it was spent on
--   worth: the cost of the whole month
--   currency: in which currency
--   stage_id: nothing
--   cause: what it was spent on, or that it has no rate
--   day: the day it counts on
--   numerator: the day's part of the cost
--   denominator: 1 where there is one
--   aside: nothing
--   stock: nothing
--   stock_days: nothing
--   amounts: 1 where there is one
--   unconverted: 1 where that of its month has no rate
--   measure: nothing
select
    null::uuid as record_id,
    null::uuid as handoff_id,
    null::uuid as member_id,
    null::uuid as team_id,
    m.source,
    m.amount as worth,
    m.currency,
    null::uuid as stage_id,
    case when money.cause = '' then m.source else money.cause end as cause,
    spent.day,
    coalesce(
        round(money.amount * spent.place / month.length, 2) - round(money.amount * (spent.place - 1) / month.length, 2),
        0
    ) as numerator,
    money.amounts as denominator,
    0 as aside,
    0 as stock,
    0 as stock_days,
    money.amounts,
    money.unconverted,
    null::int as measure
from (
    select
        c.source,
        c.amount,
        c.currency,
        c.month as day
    from scorecard_sourcecost c
    where c.workspace_id = %(workspace)s
) m
cross join lateral (/*{converted*/ select m.amount, 1 as amounts, 0 as unconverted, '' as cause /*}*/) money
cross join lateral (select extract(day from m.day + interval '1 month' - interval '1 day')::int as length) month
cross join
    lateral (
        select
            place,
            m.day + place - 1 as day,
            (m.day + place - 1)::timestamp at time zone %(zone)s as begins_at
        from generate_series(1, month.length) place
    ) spent
where /*{near*/ spent.begins_at is not null /*}*/
