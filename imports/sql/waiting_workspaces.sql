-- Find the workspaces with an import to open, to run or to undo, as the scanner role.
--
-- columns:
--   workspace_id: the workspace
select distinct workspace_id from lifecycle_import
where state in ('reading', 'waiting', 'running', 'undoing')
