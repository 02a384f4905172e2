-- Find the workspaces with a late task to chase or a step of a stage's ladder due, as the scanner role: one probe of a
-- partial index each.
--
-- columns:
--   id: a workspace with work due
select w.id
from workspaces_workspace w
where
    exists (
        select from handoffs_task k
        where
            k.workspace_id = w.id and k.done_at is null and k.chased = 0 and k.kind not in ('breach', 'raise')
            and k.due_at <= now()
    )
    or exists (
        select from handoffs_task k
        where k.workspace_id = w.id and k.done_at is null and k.chase_at <= now()
    )
    or exists (
        select from handoffs_stageclock c
        where c.workspace_id = w.id and c.next_rung_at <= now()
    )
order by w.id
