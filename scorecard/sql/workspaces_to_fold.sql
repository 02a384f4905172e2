-- Find the workspaces with days to fold, as the scanner role: marked ones, and those that a fold has not come to yet.
--
-- columns:
--   workspace_id: the workspace
select workspace_id from scorecard_dirtyday
union
select workspace_id from scorecard_readingseries
where pending_days > 0
