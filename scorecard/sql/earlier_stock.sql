-- Add up what was open before a day, from kept readings.
--
-- parameters:
--   workspace uuid: the tenant
--   series uuid[]: the series
--   segment text: the segment, '' for the whole
--   value text: one of its values, or null for all
--   first_day date: the day
-- places:
--   live: the days that are counted live instead
-- columns:
--   series_id: the series
--   segment_value: the segment's value
--   stock: the sum
--   stock_days: the sum
select
    series_id,
    segment_value,
    sum(stock) as stock,
    sum(stock_days) as stock_days
from scorecard_reading
where
    workspace_id = %(workspace)s and series_id = any(%(series)s) and segment = %(segment)s and day < %(first_day)s
    and (%(value)s::text is null or segment_value = %(value)s)
    and not /*{live*/ false /*}*/
group by series_id, segment_value
