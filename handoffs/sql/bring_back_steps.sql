-- Set the next step of handoffs back to the moment it really fell due: what was set aside waited an hour, and is judged
-- by its own time all the same. A step taken again after the ladder's end has no moment of its own there.
--
-- parameters:
--   workspace uuid: the tenant
--   handoffs uuid[]: handoffs that were set aside
-- columns:
--   id: one of the handoffs
--   next_step_at: the moment its step fell due
update handoffs_handoff
set
    next_step_at = least(
        next_step_at,
        case when state = 'offered' then (ladder -> next_step ->> 'at')::timestamptz else touch_due_at end
    )
where workspace_id = %(workspace)s and id = any(%(handoffs)s::uuid[]) and next_step_at is not null
returning id, next_step_at
