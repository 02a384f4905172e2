-- Lock records before they are offered. Whoever offers holds them, so that no second offer of the same record comes
-- between the look and the insert.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: the records
select from lifecycle_record
where workspace_id = %(workspace)s and id = any(%(records)s)
order by id
for no key update
