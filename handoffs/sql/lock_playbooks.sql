-- Lock running playbooks, after their open tasks: whoever closes a task holds it before its playbook.
--
-- parameters:
--   workspace uuid: the tenant
--   runs uuid[]: the runs
-- columns:
--   id: a run that is still running
with tasks as materialized (
    select k.id
    from handoffs_runstep step
    join handoffs_task k on k.workspace_id = step.workspace_id and k.id = step.task_id
    where step.workspace_id = %(workspace)s and step.run_id = any(%(runs)s::uuid[]) and k.done_at is null
    order by k.id
    for no key update of k
)
select run.id
from handoffs_playbookrun run
where
    run.workspace_id = %(workspace)s and run.id = any(%(runs)s::uuid[]) and run.ended_at is null
    and (select count(*) from tasks) >= 0
order by run.id
for no key update of run
