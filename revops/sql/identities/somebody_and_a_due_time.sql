-- Every open handoff has an active assignee or a queue, and a due time.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   what: where it is broken
select 'handoff ' || h.number as what
from handoffs_handoff h
left join workspaces_member m on m.id = h.assignee_id
where h.workspace_id = %(workspace)s and h.state = 'offered'
    and (h.due_at is null or h.queue_id is null and m.is_active is not true)
