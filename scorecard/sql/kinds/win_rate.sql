-- Win rate: won, of won and lost, by number or by amount; a blank amount stands aside. The day is that of closing.
--
-- parameters:
--   by_count boolean: count deals instead of adding up their amounts
-- parts:
--   closings: the closings
--   converted: the amount in the reporting currency
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
--   numerator: what it adds to the numerator
--   denominator: what it adds to the denominator
--   aside: what it adds aside
--   stock: what it adds to what is open
--   stock_days: the days that belong to it
--   amounts: how many amounts of money it adds
--   unconverted: 1 where its money has no rate
--   measure: days or minutes it took, or null
select
    c.record_id,
    null::uuid as handoff_id,
    c.owner_id as member_id,
    c.team_id,
    c.source,
    c.amount as worth,
    c.currency,
    null::uuid as stage_id,
    money.cause,
    c.day,
    case when c.is_won then case when %(by_count)s then 1 else coalesce(money.amount, 0) end else 0 end as numerator,
    case when %(by_count)s then 1 else coalesce(money.amount, 0) end as denominator,
    (not %(by_count)s and c.amount is null)::int as aside,
    0 as stock,
    0 as stock_days,
    money.amounts,
    money.unconverted,
    null::int as measure
from (/*{closings*/ select y.*, true as is_won, y.entered_at::date as day from lifecycle_stagestay y /*}*/) c
cross join lateral (select case when not %(by_count)s then c.amount end as amount, c.currency, c.day as day) m
cross join lateral (/*{converted*/ select m.amount, 1 as amounts, 0 as unconverted, '' as cause /*}*/) money
