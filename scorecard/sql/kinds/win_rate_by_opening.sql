-- Win rate by opening: of the deals that entered the pipeline on the day, won, of those that are closed now, and after
-- how many days; those still open stand aside. A deal counts once, as it stands after its last move.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   by_count boolean: count deals instead of adding up their amounts
--   won uuid[]: the won stages of the pipeline
--   lost uuid[]: its lost stages
--   entry uuid[]: all of its stages
-- parts:
--   first_entries: the deals, with when they entered their pipeline
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
    m.worth,
    m.currency,
    null::uuid as stage_id,
    case when now_in.is_closed and not %(by_count)s then money.cause else '' end as cause,
    (c.entered_at at time zone %(zone)s)::date as day,
    case when now_in.is_won then case when %(by_count)s then 1 else coalesce(money.amount, 0) end else 0 end
        as numerator,
    case when now_in.is_closed then case when %(by_count)s then 1 else coalesce(money.amount, 0) end else 0 end
        as denominator,
    (not now_in.is_closed or not %(by_count)s and m.worth is null)::int as aside,
    0 as stock,
    0 as stock_days,
    money.amounts,
    money.unconverted,
    case when now_in.is_closed then greatest(m.day - (c.entered_at at time zone %(zone)s)::date, 0) end as measure
from (/*{first_entries*/ select y.*, y.entered_at as reached_at from lifecycle_stagestay y /*}*/) c
cross join
    lateral (
        select
            y.entered_at,
            y.amount,
            y.currency,
            y.stage_id = any(%(won)s) as is_won,
            y.stage_id = any(%(won)s || %(lost)s::uuid[]) as is_closed
        from lifecycle_stagestay y
        where
            y.workspace_id = %(workspace)s and y.record_id = c.record_id
            and array_position(%(entry)s::uuid[], y.stage_id) is not null
        order by y.entered_at desc, y.exited_at desc nulls first
        limit 1
    ) now_in
cross join
    lateral (
        select
            case when now_in.is_closed and not %(by_count)s then now_in.amount end as amount,
            case when now_in.is_closed then now_in.amount else c.amount end as worth,
            case when now_in.is_closed then now_in.currency else c.currency end as currency,
            (now_in.entered_at at time zone %(zone)s)::date as day
    ) m
cross join lateral (/*{converted*/ select m.amount, 1 as amounts, 0 as unconverted, '' as cause /*}*/) money
where c.entered_at is not null
