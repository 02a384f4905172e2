-- Find the due steps of handoffs that the caller has locked.
--
-- parameters:
--   workspace uuid: the tenant
--   handoffs uuid[]: the locked handoffs
--   at timestamptz: the moment
-- parts:
--   next_action: what the step does
-- columns:
--   handoff_id: one of the handoffs
--   seam_id: its seam
--   blueprint_version: the version its clock was started by
--   next_step: the place of the step in the ladder
--   ladder: every rung with its action and moment
--   action: what the step does
--   at: the moment it is taken
--   fell_due_at: the moment it fell due
select
    h.id as handoff_id,
    h.seam_id,
    h.blueprint_version,
    h.next_step,
    h.ladder,
    step.action,
    %(at)s as at,
    h.next_step_at as fell_due_at
from handoffs_handoff h
cross join lateral (/*{next_action*/ select 'task' as action /*}*/) step
where h.workspace_id = %(workspace)s and h.next_step_at <= %(at)s and h.id = any(%(handoffs)s::uuid[])
order by h.next_step_at
