-- Win rate: won, of won and lost. The day is that of closing.
--
-- parts:
--   closings: the closings
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
    '' as cause,
    c.day,
    c.is_won::int as numerator,
    1 as denominator,
    0 as aside,
    0 as stock,
    0 as stock_days,
    null::int as measure
from (/*{closings*/ select y.*, true as is_won, y.entered_at::date as day from lifecycle_stagestay y /*}*/) c
