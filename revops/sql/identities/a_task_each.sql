-- Every escalation that asks for a task has one with an owner, and no task belongs to two handoffs.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   what: where it is broken
select 'handoff ' || h.number || ', step ' || e.step as what
from handoffs_escalation e
join handoffs_handoff h on h.id = e.handoff_id
left join handoffs_task t on t.id = e.task_id
where e.workspace_id = %(workspace)s and e.action in ('task', 'raise', 'touch', 'late') and e.skipped = ''
    and (t.id is null or t.assignee_id is null or t.handoff_id is distinct from e.handoff_id)
