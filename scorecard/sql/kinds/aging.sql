-- Aging: stays in open stages, who came, who went and after how many days. The sum of entry days beside the stock
-- gives the age of what is open.
--
-- parameters:
--   workspace uuid: the tenant
-- parts:
--   flows: who came into an open stage and who went
-- columns:
--   record_id: whom it is about
--   handoff_id: its handoff, or null
--   member_id: whose it is
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
    f.record_id,
    null::uuid as handoff_id,
    r.owner_id as member_id,
    f.stage_id,
    '' as cause,
    f.day,
    0 as numerator,
    0 as denominator,
    0 as aside,
    f.change as stock,
    f.change * (f.entered_on - date '2000-01-01') as stock_days,
    case when f.change < 0 then f.day - f.entered_on end as measure
from (
    /*{flows*/
    select y.*, y.entered_at::date as day, y.entered_at::date as entered_on, 1 as change
    from lifecycle_stagestay y /*}*/
) f
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = f.record_id
