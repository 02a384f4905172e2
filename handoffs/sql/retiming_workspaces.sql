-- Find the workspaces in which clocks wait for a worker to bring them the times of a published version, as the scanner
-- role.
--
-- columns:
--   workspace_id: the workspace
select distinct workspace_id from handoffs_retiming
where state in ('waiting', 'running')
