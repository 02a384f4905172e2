-- Conversion: of the records that entered A on the day, how many reached B then or later, and after how many days. By
-- cohort: the day is that of entering A, whenever B was reached.
--
-- parameters:
--   zone text: the workspace's time zone
--   at timestamptz: the moment of the question
--   within_length interval: how soon B has to be reached, or null for whenever
-- parts:
--   first_entries: the records that entered A, with when they reached B
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
    (c.entered_at at time zone %(zone)s)::date as day,
    (verdict.is_over and verdict.is_reached)::int as numerator,
    verdict.is_over::int as denominator,
    (not verdict.is_over)::int as aside,
    0 as stock,
    0 as stock_days,
    case
        when
            c.reached_at is not null
            then greatest((c.reached_at at time zone %(zone)s)::date - (c.entered_at at time zone %(zone)s)::date, 0)
    end as measure
from (/*{first_entries*/ select y.*, y.entered_at as reached_at from lifecycle_stagestay y /*}*/) c
cross join
    lateral (
        select
            coalesce(c.entered_at + %(within_length)s::interval <= %(at)s, true) as is_over,
            c.reached_at is not null
            and coalesce(c.reached_at <= c.entered_at + %(within_length)s::interval, true) as is_reached
    ) verdict
where c.entered_at is not null
