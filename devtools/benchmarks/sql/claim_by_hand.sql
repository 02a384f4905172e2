-- Take due steps in the least way that is still exactly once: claim, mark, escalate.
--
-- parameters:
--   workspace uuid: the tenant
--   batch int: how many at a time
with due as (
    select id from handoffs_clock where workspace_id = %(workspace)s and next_rung_at <= now()
    order by next_rung_at limit %(batch)s for update skip locked
),
moved as (
    update handoffs_clock c set
        rung = c.rung + 1, breached_at = c.due_at, state = 'breached',
        next_rung_at = (c.rungs -> (c.rung + 1) ->> 'at')::timestamptz
    from due where c.workspace_id = %(workspace)s and c.id = due.id
    returning c.handoff_id, c.rung, c.run, c.due_at
)
insert into handoffs_escalation (workspace_id, handoff_id, step, clock_run, action, due_at, taken_at)
select %(workspace)s, handoff_id, rung - 1, run, 'task', due_at, now() from moved
on conflict (workspace_id, handoff_id, step, clock_run) do nothing
