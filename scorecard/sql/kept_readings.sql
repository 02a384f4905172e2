-- List kept readings of series by one segment.
--
-- parameters:
--   workspace uuid: the tenant
--   series uuid[]: the series
--   segment text: the segment, '' for the whole
--   value text: one of its values, or null for all
--   first_day date: the first day
--   last_day date: the last day
-- columns:
--   series_id: the series
--   segment_value: the segment's value
--   day: the day
--   numerator: the sum
--   denominator: the sum
--   aside: the sum
--   stock: the sum
--   stock_days: the sum
--   amounts: how many amounts of money were added
--   unconverted: how many have no rate
--   distribution: JSON, how often each measure occurred
select
    series_id,
    segment_value,
    day,
    numerator,
    denominator,
    aside,
    stock,
    stock_days,
    amounts,
    unconverted,
    distribution::text as distribution
from scorecard_reading
where
    workspace_id = %(workspace)s and series_id = any(%(series)s) and segment = %(segment)s
    and day between %(first_day)s and %(last_day)s
    and (%(value)s::text is null or segment_value = %(value)s)
