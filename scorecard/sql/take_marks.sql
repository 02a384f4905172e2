-- Take away the marks of days that changed.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   day: a day that changed, or null for all days
--   about: what changed on it
delete from scorecard_dirtyday
where workspace_id = %(workspace)s
returning day, about
