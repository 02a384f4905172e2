-- Find the workspaces with a walk over their scores to go on with; the scanner role sees no finished ones.
--
-- columns:
--   workspace_id: the workspace
select workspace_id from lifecycle_rescoring
