-- Find the workspaces with an open promise whose day has passed, as the scanner role: one probe of an index each.
--
-- columns:
--   id: a workspace with a promise that is late
select w.id
from workspaces_workspace w
where
    exists (
        select from handoffs_commitment c
        where c.workspace_id = w.id and c.state = 'open' and c.due_at is not null and c.due_at <= now()
    )
order by w.id
