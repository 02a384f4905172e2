-- Find the workspaces with a record to ask again, as the scanner role: one probe of a partial index each.
--
-- columns:
--   id: a workspace with such a record
select w.id
from workspaces_workspace w
where
    exists (
        select from lifecycle_record r
        where r.workspace_id = w.id and r.ask_again_at <= now()
    )
order by w.id
