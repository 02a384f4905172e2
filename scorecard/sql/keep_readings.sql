-- Keep sums of some days as readings of a series.
--
-- parameters:
--   workspace uuid: the tenant
--   series uuid: the series
--   at timestamptz: the moment
-- places:
--   folded: the sums
insert into scorecard_reading (
    workspace_id, series_id, day, segment, segment_value, numerator, denominator, aside, stock, stock_days,
    amounts, unconverted, distribution, computed_at
)
select
    %(workspace)s,
    %(series)s,
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
    %(at)s
from (/*{folded*/ select * from scorecard_reading where false /*}*/) sums
