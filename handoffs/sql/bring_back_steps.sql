-- Set the next step of handoffs' clocks back to the moment it really fell due: what was set aside waited an hour, and
-- is judged by its own time all the same. A step taken again after the ladder's end has no moment of its own there.
--
-- parameters:
--   workspace uuid: the tenant
--   handoffs uuid[]: handoffs that were set aside
-- columns:
--   id: a clock of one of the handoffs
--   next_rung_at: the moment its step fell due
update handoffs_clock
set next_rung_at = least(next_rung_at, (rungs -> rung ->> 'at')::timestamptz)
where workspace_id = %(workspace)s and handoff_id = any(%(handoffs)s::uuid[]) and next_rung_at is not null
returning id, next_rung_at
