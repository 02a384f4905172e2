-- List the values that a segment had on some days, as readings know them.
--
-- parameters:
--   workspace uuid: the tenant
--   segment text: the segment
--   first_day date: the first day
--   last_day date: the last day
-- columns:
--   segment_value: the value
select distinct k.segment_value
from scorecard_readingseries s
join scorecard_reading k
    on k.workspace_id = %(workspace)s and k.series_id = s.id and k.segment = %(segment)s
    and k.day between %(first_day)s and %(last_day)s
where s.workspace_id = %(workspace)s and s.metric_id is not null and s.superseded_at is null
order by k.segment_value
limit 200
