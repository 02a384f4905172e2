-- Find the workspaces in which a handover waits for a worker or is at work, as the scanner role.
--
-- columns:
--   workspace_id: the workspace
select distinct workspace_id from handoffs_handoverplan
where state in ('waiting', 'running')
