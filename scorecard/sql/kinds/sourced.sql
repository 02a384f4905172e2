-- Marketing-sourced pipeline: opportunities that came from a lead, of all. A blank amount adds nothing. The day is
-- that of opening.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   by_count boolean: count opportunities instead of adding up their amounts
-- parts:
--   first_entries: the opportunities, with when they entered their pipeline
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
    c.record_id,
    null::uuid as handoff_id,
    r.owner_id as member_id,
    null::uuid as stage_id,
    '' as cause,
    (c.entered_at at time zone %(zone)s)::date as day,
    case when o.kind = 'lead' then case when %(by_count)s then 1 else coalesce(r.amount, 0) end else 0 end as numerator,
    case when %(by_count)s then 1 else coalesce(r.amount, 0) end as denominator,
    0 as aside,
    0 as stock,
    0 as stock_days,
    null::int as measure
from (/*{first_entries*/ select y.*, y.entered_at as reached_at from lifecycle_stagestay y /*}*/) c
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = c.record_id
left join lifecycle_record o on o.workspace_id = %(workspace)s and o.id = r.origin_id
where c.entered_at is not null
