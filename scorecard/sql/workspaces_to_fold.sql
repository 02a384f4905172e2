-- Find the workspaces with days that changed, as the scanner role.
--
-- columns:
--   workspace_id: the workspace
select distinct workspace_id from scorecard_dirtyday
