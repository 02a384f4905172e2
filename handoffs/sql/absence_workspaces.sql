-- Find the workspaces with an absence that has begun, or soon will, and that nobody saw to, as the scanner role: one
-- probe of an index each.
--
-- parameters:
--   ahead interval: how soon it may begin
-- columns:
--   id: a workspace where somebody left or leaves
select w.id
from workspaces_workspace w
where
    exists (
        select from workspaces_timeoff o
        where o.workspace_id = w.id and o.begun_at is null and o.starts_at <= now() + %(ahead)s
    )
order by w.id
