-- Hold who receives what somebody else hands over: nobody of them leaves or gets another role before that is done.
-- Whatever else is written about them goes on.
--
-- parameters:
--   workspace uuid: the tenant
--   members uuid[]: who receives
-- columns:
--   id: who is here
--   role: their role
select id, role from workspaces_member
where workspace_id = %(workspace)s and id = any(%(members)s) and is_active
order by id
for key share
