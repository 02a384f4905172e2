-- Forget what was set aside of these rows: they went well.
--
-- parameters:
--   workspace uuid: the tenant
--   kind text: what kind of row
--   subjects uuid[]: the rows
-- columns:
--   subject_id: one that had been set aside
delete from operating_setaside
where workspace_id = %(workspace)s and kind = %(kind)s and subject_id = any(%(subjects)s::uuid[])
returning subject_id
