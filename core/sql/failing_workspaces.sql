-- List the workspaces in which a sweep fails, as the scanner role.
--
-- parameters:
--   sweep text: the sweep
-- columns:
--   workspace_id: the workspace
select workspace_id from workspaces_sweeptrouble where sweep = %(sweep)s
