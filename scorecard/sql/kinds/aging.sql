-- Aging: stays in open stages, who came, who went and after how many days. The sum of entry days beside the stock
-- gives the age of what is open.
--
-- parts:
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
--   measure: days or minutes it took, or null
select
    f.record_id,
    null::uuid as handoff_id,
    f.owner_id as member_id,
    f.team_id,
    f.source,
    f.amount as worth,
    f.currency,
    f.stage_id,
    '' as cause,
    f.day,
    f.taken_on,
    0 as numerator,
    0 as denominator,
    0 as aside,
    f.change as stock,
    f.change * (f.entered_on - date '2000-01-01') as stock_days,
    case when f.has_left then f.day - f.entered_on end as measure
from (
    /*{flows*/
    select
        y.*, y.entered_at::date as day, y.entered_at::date as entered_on, y.entered_at::date as taken_on, 1 as change,
        false as has_left
    from lifecycle_stagestay y /*}*/
) f
