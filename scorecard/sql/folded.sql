-- Add up a metric's samples by day, segment and segment value. One statement whatever the number of days.
--
-- places:
--   samples: the samples of the metric's kind
--   joins: what the segments and the filter look at, beside the sample `x`
--   segments: one row of values per segment, its name and where the sample is counted
--   days: exactly the days asked
--   filter: the metric's filter over the record `r`
-- columns:
--   day: the day
--   segment: the segment, '' for the whole
--   segment_value: the segment's value
--   numerator: the sum
--   denominator: the sum
--   aside: the sum
--   stock: the sum
--   stock_days: the sum
--   amounts: how many amounts of money were added
--   unconverted: how many have no rate
--   distribution: how often each measure occurred
select
    day,
    segment,
    segment_value,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
    sum(aside) as aside,
    sum(stock) as stock,
    sum(stock_days) as stock_days,
    sum(amounts) as amounts,
    sum(unconverted) as unconverted,
    coalesce(jsonb_object_agg(measure::text, counted) filter (where measure is not null), '{}') as distribution
from (
    select
        x.day,
        placed.segment,
        placed.segment_value,
        x.measure,
        count(*) as counted,
        sum(x.numerator) as numerator,
        sum(x.denominator) as denominator,
        sum(x.aside) as aside,
        sum(x.stock) as stock,
        sum(x.stock_days) as stock_days,
        sum(x.amounts) as amounts,
        sum(x.unconverted) as unconverted
    from (/*{samples*/ select s.*, null::int as measure from scorecard_reading s /*}*/) x /*{joins}*/
    cross join lateral (values /*{segments*/ ('', '') /*}*/) as placed (segment, segment_value)
    where /*{days*/ true /*}*/ and /*{filter*/ true /*}*/
    group by x.day, placed.segment, placed.segment_value, x.measure
) by_measure
group by day, segment, segment_value
