-- Keep a metric's sums of some days as readings.
--
-- parameters:
--   workspace uuid: the tenant
--   metric uuid: the metric
--   version int: the version of its definition
--   at timestamptz: the moment
-- places:
--   folded: the sums
insert into scorecard_reading (
    workspace_id, metric_id, day, segment, segment_value, numerator, denominator, aside, stock, stock_days,
    amounts, unconverted, distribution, definition_version, computed_at
)
select
    %(workspace)s,
    %(metric)s,
    day,
    segment,
    segment_value,
    numerator,
    denominator,
    aside,
    stock,
    stock_days,
    amounts,
    unconverted,
    distribution,
    %(version)s,
    %(at)s
from (/*{folded*/ select * from scorecard_reading where false /*}*/) sums
