-- Delete readings of a series on some days, before they are counted anew.
--
-- parameters:
--   workspace uuid: the tenant
--   series uuid: the series
-- places:
--   days: the days
delete from scorecard_reading
where workspace_id = %(workspace)s and series_id = %(series)s and /*{days*/ true /*}*/
