-- Find the workspaces with set-aside rows to try again, as the scanner role.
--
-- columns:
--   workspace_id: the workspace
select distinct workspace_id from operating_setaside
where next_try_at <= now()
