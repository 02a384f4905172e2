-- Days since the last thing: each adds the days since the one before, the first those since the year 2000, so that the
-- sum of all up to a day is the day of the last one. The day is that of one of its dates.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
-- places:
--   whose: whose it was
--   source: the things, as `x`
--   joins: what lines look at beside them
--   day: on which date a thing counts
--   where: which things count
--   near: the days asked, as bounds of that date
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
--   stock: 1 for the first thing
--   stock_days: the days since the one before
--   measure: nothing
select
    x.record_id,
    x.handoff_id,
    /*{whose*/ x.member_id /*}*/,
    x.stage_id,
    x.cause,
    x.day,
    1 as numerator,
    1 as denominator,
    0 as aside,
    (x.former is null)::int as stock,
    x.day - coalesce(x.former, date '2000-01-01') as stock_days,
    null::int as measure
from (
    select
        x.*,
        (/*{day*/ x.offered_at /*}*/ at time zone %(zone)s)::date as day,
        lag((/*{day*/ x.offered_at /*}*/ at time zone %(zone)s)::date)
            over (order by /*{day*/ x.offered_at /*}*/)
            as former
    from (
        /*{source*/ select h.*, null::uuid as handoff_id, null::uuid as member_id, h.result_id as stage_id, '' as cause
        from handoffs_handoff h where h.workspace_id = %(workspace)s /*}*/
    ) x /*{joins}*/
    where /*{day*/ x.offered_at /*}*/ is not null and /*{where*/ true /*}*/
) x
where /*{near*/ true /*}*/
