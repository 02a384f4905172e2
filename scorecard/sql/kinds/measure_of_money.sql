-- Money of a source added up in the reporting currency: one sample for each thing that counts, on the day of one of its
-- dates, by the rate of that day. What has no amount stands aside, what has no rate is counted.
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
--   amount: its money
--   numerator: what a thing adds to the numerator
--   denominator: what it adds to the denominator
--   aside: what it adds aside
--   cause: why it adds nothing, or what the source says of it
--   where: which things count
-- parts:
--   converted: the amount in the reporting currency
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
--   amounts: how many amounts of money it adds
--   unconverted: 1 where its money has no rate
--   measure: nothing
select
    x.record_id,
    x.handoff_id,
    /*{whose*/ x.member_id /*}*/,
    x.stage_id,
    /*{cause*/ coalesce(nullif(money.cause, ''), x.cause) /*}*/ as cause,
    m.day,
    /*{numerator*/ coalesce(money.amount, 0) /*}*/ as numerator,
    /*{denominator*/ money.amounts /*}*/ as denominator,
    /*{aside*/ (m.amount is null)::int /*}*/ as aside,
    0 as stock,
    0 as stock_days,
    money.amounts,
    money.unconverted,
    null::int as measure
from (
    /*{source*/
    select h.*, '' as currency, null::uuid as handoff_id, null::uuid as member_id, h.result_id as stage_id, '' as cause
    from handoffs_handoff h where h.workspace_id = %(workspace)s /*}*/
) x /*{joins}*/
cross join
    lateral (
        select
        /*{amount*/ 1 /*}*/ as amount,
            x.currency,
            (/*{day*/ x.offered_at /*}*/ at time zone %(zone)s)::date as day
    ) m
cross join lateral (/*{converted*/ select m.amount, 1 as amounts, 0 as unconverted, '' as cause /*}*/) money
where /*{near*/ true /*}*/ and /*{where*/ true /*}*/
