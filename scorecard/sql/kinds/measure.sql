-- A measure of a source: one sample for each of its things that counts, on the day of one of its dates.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
-- places:
--   whose: whose it was; of a stay also which team's, its source and what it was worth
--   source: the things, as `x`
--   joins: what lines look at beside them
--   day: on which date a thing counts
--   near: the days asked, as bounds of that date
--   numerator: what a thing adds to the numerator
--   denominator: what it adds to the denominator
--   aside: what it adds aside
--   measure: how long it took, or null
--   where: which things count
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
--   measure: days, hours or minutes it took, or null
select
    x.record_id,
    x.handoff_id,
    /*{whose*/ x.member_id /*}*/,
    x.stage_id,
    x.cause,
    (/*{day*/ x.offered_at /*}*/ at time zone %(zone)s)::date as day,
    /*{numerator*/ 1 /*}*/ as numerator,
    /*{denominator*/ 1 /*}*/ as denominator,
    /*{aside*/ 0 /*}*/ as aside,
    0 as stock,
    0 as stock_days,
    /*{measure*/ null::int /*}*/ as measure
from (
    /*{source*/ select h.*, null::uuid as handoff_id, null::uuid as member_id, h.result_id as stage_id, '' as cause
    from handoffs_handoff h where h.workspace_id = %(workspace)s /*}*/
) x /*{joins}*/
where /*{near*/ true /*}*/ and /*{where*/ true /*}*/
