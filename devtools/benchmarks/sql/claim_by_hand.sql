-- Take due steps in the least way that is still exactly once: claim, mark, escalate.
--
-- parameters:
--   workspace uuid: the tenant
--   batch int: how many at a time
with due as (
    select id from handoffs_handoff where workspace_id = %(workspace)s and next_step_at <= now()
    order by next_step_at limit %(batch)s for update skip locked
),
moved as (
    update handoffs_handoff h set
        next_step = h.next_step + 1, breached_at = coalesce(h.breached_at, h.due_at),
        next_step_at = (h.ladder -> (h.next_step + 1) ->> 'at')::timestamptz
    from due where h.workspace_id = %(workspace)s and h.id = due.id
    returning h.id, h.next_step, h.clock_run, h.due_at
)
insert into handoffs_escalation (workspace_id, handoff_id, step, clock_run, action, due_at, taken_at)
select %(workspace)s, id, next_step - 1, clock_run, 'task', due_at, now() from moved
on conflict (workspace_id, handoff_id, step, clock_run) do nothing
