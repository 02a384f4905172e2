-- Close the open tasks of handoffs whose question was answered elsewhere.
--
-- Each row of the statement's `settled` names the kinds of tasks and what came of them. No task is done before it was
-- made.
--
-- parameters:
--   workspace uuid: the tenant
update handoffs_task k
set
    done_at = greatest(settled.at, k.created_at),
    done_by_id = settled.actor_id,
    outcome = left(settled.outcome, 300)
from settled
where
    k.workspace_id = %(workspace)s and k.handoff_id = settled.handoff_id and k.done_at is null
    and k.kind = any(settled.kinds)
returning k.id, k.handoff_id, k.record_id, k.number, k.title, k.kind, k.outcome, k.done_by_id, k.done_at
