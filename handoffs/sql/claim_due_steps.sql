-- Claim handoffs whose next step is due, longest due first. What is locked is skipped, and found by the next scan.
--
-- The record's key is held too: tasks will point at it, and whoever moves the record holds it before the handoff, so
-- neither ever waits for the other in a circle.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment, or now(); under row security a coalesce of the two is not trusted to use the index
--   low timestamptz: steps up to here were taken long ago
--   handoff uuid: this handoff alone, or null for every one
--   most int: how many are claimed
-- parts:
--   next_action: what the step does
-- columns:
--   handoff_id: the claimed handoff
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
join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
cross join lateral (/*{next_action*/ select 'task' as action /*}*/) step
where
    h.workspace_id = %(workspace)s and h.next_step_at <= %(at)s and h.next_step_at > %(low)s
    and (%(handoff)s::uuid is null or h.id = %(handoff)s)
order by h.next_step_at
limit %(most)s
for no key update of h skip locked
for key share of r skip locked -- noqa: PRS
