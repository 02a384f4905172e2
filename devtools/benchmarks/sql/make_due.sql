-- Let handoffs of a fresh clock run have breached a minute ago.
--
-- parameters:
--   workspace uuid: the tenant
--   numbers int[]: which handoffs
update handoffs_handoff set
    next_step = 1, clock_run = clock_run + 1, breached_at = null,
    due_at = now() - interval '1 minute', next_step_at = now() - interval '1 minute'
where workspace_id = %(workspace)s and number = any(%(numbers)s)
