-- Let handoffs of a fresh clock run breach: a minute ago, or spread over so many seconds from a moment on.
--
-- parameters:
--   workspace uuid: the tenant
--   numbers int[]: which handoffs
--   begins_s int: in how many seconds the first is due; less than nothing for the past
--   spread_s int: over how many seconds the others are due
with handoffs as (
    update handoffs_handoff set
        clock_run = clock_run + 1, breached_at = null,
        due_at = now() + interval '1 second' * (%(begins_s)s + random() * %(spread_s)s)
    where workspace_id = %(workspace)s and number = any(%(numbers)s)
    returning id, due_at
)
update handoffs_clock c set
    run = run + 1, state = 'running', breached_at = null, offered_at = null, started_at = now() - interval '1 day',
    due_at = handoffs.due_at, rung = 1, next_rung_at = handoffs.due_at
from handoffs
where c.workspace_id = %(workspace)s and c.handoff_id = handoffs.id and c.kind = 'answer'
