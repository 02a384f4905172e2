-- Delete an account that nothing names any more.
--
-- parameters:
--   user uuid: the person
delete from workspaces_user where id = %(user)s
