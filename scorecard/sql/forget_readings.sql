-- Delete a metric's readings of some days, before they are counted anew.
--
-- parameters:
--   workspace uuid: the tenant
--   metric uuid: the metric
-- places:
--   days: the days
delete from scorecard_reading
where workspace_id = %(workspace)s and metric_id = %(metric)s and /*{days*/ true /*}*/
