-- Delete some readings of a series whose definition is no longer in force.
--
-- parameters:
--   workspace uuid: the tenant
--   series uuid: the series
--   most int: how many at once
delete from scorecard_reading
where
    workspace_id = %(workspace)s and id in (
        select r.id from scorecard_reading r
        where r.workspace_id = %(workspace)s and r.series_id = %(series)s
        limit %(most)s
    )
