-- Find the workspaces with a step of a playbook that is to come now, as the scanner role: one probe of an index each.
--
-- columns:
--   id: a workspace with such a step
select w.id
from workspaces_workspace w
where
    exists (
        select from handoffs_runstep s
        where s.workspace_id = w.id and s.state = 'waiting' and s.comes_at <= now()
    )
order by w.id
