-- Velocity: closings with the won amount aside and the cycle as measure; openings and endings as stock. The day is
-- that of closing, of coming or of going.
--
-- parameters:
--   workspace uuid: the tenant
-- parts:
--   closings: the closings
--   cycle_length: how long a deal took
--   converted: the amount in the reporting currency
--   flows: who came into an open stage and who went
-- columns:
--   record_id: whom it is about
--   handoff_id: its handoff, or null
--   member_id: whose it was then
--   team_id: which team's
--   source: where it came from
--   worth: what it was worth
--   currency: in which currency
--   stage_id: the stage it counts in, or null
--   cause: why
--   day: the day it counts on
--   taken_on: the day since when it was theirs
--   numerator: what it adds to the numerator
--   denominator: what it adds to the denominator
--   aside: what it adds aside
--   stock: what it adds to what is open
--   stock_days: the days that belong to it
--   amounts: how many amounts of money it adds
--   unconverted: 1 where its money has no rate
--   measure: days or minutes it took, or null
select
    x.record_id,
    null::uuid as handoff_id,
    x.owner_id as member_id,
    x.team_id,
    x.source,
    x.amount as worth,
    x.currency,
    null::uuid as stage_id,
    '' as cause,
    x.day,
    x.day as taken_on,
    x.is_won::int as numerator,
    1 as denominator,
    coalesce(money.amount, 0) as aside,
    0 as stock,
    0 as stock_days,
    money.amounts,
    money.unconverted,
    case when x.is_won and age.is_known then age.days end as measure
from (/*{closings*/ select y.*, true as is_won, y.entered_at::date as day from lifecycle_stagestay y /*}*/) x
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = x.record_id
cross join lateral (/*{cycle_length*/ select true as is_known, 1 as days /*}*/) age
cross join lateral (select case when x.is_won then x.amount end as amount, x.currency, x.day) m
cross join lateral (/*{converted*/ select m.amount, 1 as amounts, 0 as unconverted, '' as cause /*}*/) money
union all
select
    f.record_id,
    null::uuid as handoff_id,
    f.owner_id as member_id,
    f.team_id,
    f.source,
    f.amount as worth,
    f.currency,
    null::uuid as stage_id,
    '' as cause,
    f.day,
    f.taken_on,
    0 as numerator,
    0 as denominator,
    0 as aside,
    f.change as stock,
    f.change * (f.entered_on - date '2000-01-01') as stock_days,
    0 as amounts,
    0 as unconverted,
    null::int as measure
from (
    /*{flows*/
    select
        y.*, y.entered_at::date as day, y.entered_at::date as entered_on, y.entered_at::date as taken_on, 1 as change,
        false as has_left
    from lifecycle_stagestay y /*}*/
) f
