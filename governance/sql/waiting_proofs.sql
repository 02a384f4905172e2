-- Find the workspaces in which a proof waits, as the scanner role.
--
-- columns:
--   workspace_id: the workspace
select distinct workspace_id from governance_ruleproof
where state in ('waiting', 'running')
