-- Find the workspaces in which an impact waits, as the scanner role.
--
-- columns:
--   workspace_id: the workspace
select distinct workspace_id from governance_impact
where state in ('waiting', 'running')
