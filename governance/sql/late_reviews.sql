-- Find the workspaces in which the review of an emergency is late and nobody follows it up, as the scanner role.
--
-- columns:
--   workspace_id: the workspace
select distinct workspace_id from governance_reviewclock
where late_task_id is null and due_at <= now()
