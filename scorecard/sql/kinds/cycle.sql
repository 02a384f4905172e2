-- Sales cycle: calendar days from the opening of the deal to closed won. The day is that of closing. A deal that was
-- created after it was won, as files can tell, stands aside: nobody knows when it was opened.
--
-- parameters:
--   workspace uuid: the tenant
-- parts:
--   closings: the closings
--   cycle_length: how long a deal took
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
    case when age.is_known then age.days else 0 end as numerator,
    age.is_known::int as denominator,
    (not age.is_known)::int as aside,
    0 as stock,
    0 as stock_days,
    case when age.is_known then age.days end as measure
from (/*{closings*/ select y.*, true as is_won, y.entered_at::date as day from lifecycle_stagestay y /*}*/) c
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = c.record_id
cross join lateral (/*{cycle_length*/ select true as is_known, 1 as days /*}*/) age
