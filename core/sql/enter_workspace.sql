-- Open the wall for one workspace only. Whoever comes in asks this first, in the same round trip.
--
-- parameters:
--   slug text: the workspace, as addresses call it
-- columns:
--   set_config: its id
select set_config('app.workspace_id', id::text, true) from workspaces_workspace
where slug = %(slug)s
