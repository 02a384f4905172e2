-- Close open tasks, and what was raised because one of them was late. Each row of the statement's `closing` names a
-- task, or null, what came of it, who closes it and when. No task is done before it was made.
--
-- parameters:
--   workspace uuid: the tenant
update handoffs_task k
set
    done_at = greatest(asked.at, k.created_at),
    done_by_id = asked.actor_id,
    outcome = left(asked.outcome, 300)
from (
    select * from closing
    union all
    select
        late.id,
        closing.outcome,
        closing.actor_id,
        closing.at
    from closing
    join handoffs_task late on late.workspace_id = %(workspace)s and late.about_id = closing.id
) asked
where k.workspace_id = %(workspace)s and k.id = asked.id and k.done_at is null
returning
    k.id, k.handoff_id, k.record_id, k.number, k.title, k.kind, k.outcome, k.assignee_id, k.done_by_id, k.done_at
