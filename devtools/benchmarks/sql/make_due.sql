-- Let handoffs of a fresh clock run have breached a minute ago.
--
-- parameters:
--   workspace uuid: the tenant
--   numbers int[]: which handoffs
with handoffs as (
    update handoffs_handoff set
        clock_run = clock_run + 1, breached_at = null, due_at = now() - interval '1 minute'
    where workspace_id = %(workspace)s and number = any(%(numbers)s)
    returning id
)
update handoffs_clock c set
    run = run + 1, state = 'running', breached_at = null, started_at = now() - interval '1 day',
    due_at = now() - interval '1 minute', rung = 1, next_rung_at = now() - interval '1 minute'
from handoffs
where c.workspace_id = %(workspace)s and c.handoff_id = handoffs.id and c.kind = 'answer'
