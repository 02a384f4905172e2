-- Lock the rows of the rotation of these pools, in one order, so that two batches take turns. It is a statement of its
-- own: the next one sees what was committed meanwhile.
--
-- parameters:
--   workspace uuid: the tenant
--   pools uuid[]: the pools
select from handoffs_rotation
where workspace_id = %(workspace)s and pool_id = any(%(pools)s)
order by pool_id, member_id
for update;
