-- Close the open tasks of handoffs whose question was answered elsewhere.
--
-- Each row of the statement's `settled` names the kinds of tasks and what came of them. What was raised because one of
-- them was late ends with it. No task is done before it was made.
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
    and (
        k.kind = any(settled.kinds)
        or k.kind = 'late_task' and exists (
            select from handoffs_task about
            where
                about.workspace_id = k.workspace_id and about.id = k.about_id and about.done_at is null
                and about.kind = any(settled.kinds)
        )
    )
returning
    k.id, k.handoff_id, k.record_id, k.number, k.title, k.kind, k.outcome, k.assignee_id, k.done_by_id, k.done_at
