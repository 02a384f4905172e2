-- Claim clocks whose next step is due, longest due first. What is locked is skipped, and found by the next scan.
--
-- The handoff is held before its clock, as by everybody who answers, touches or passes one on. The record's key is held
-- too: tasks will point at it, and whoever moves the record holds it before the handoff, so neither ever waits for the
-- other in a circle.
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
--   clock_id: the clock whose step it is
--   handoff_id: its handoff
--   seam_id: the handoff's seam
--   blueprint_version: the version it was started by
--   rung: the place of the step in the ladder
--   rungs: every rung with its action and moment
--   action: what the step does
--   at: the moment it is taken
--   fell_due_at: the moment it fell due
--   sla_line: the key of the SLA line that was met, or ''
--   hours_id: the hours it is counted in, or null for the seam's
--   said: what of it is not as usual, as JSON
--   waits: whether a later version is not yet followed, which may retime it
--   is_own: whether anybody, or any team, has hours of their own
select
    c.id as clock_id,
    c.handoff_id,
    h.seam_id,
    h.blueprint_version,
    c.rung,
    c.rungs,
    step.action,
    %(at)s as at,
    c.next_rung_at as fell_due_at,
    h.sla_line,
    c.hours_id,
    step.rung as said,
    exists(
        select from handoffs_retiming ahead
        where ahead.workspace_id = c.workspace_id and ahead.state <> 'done' and ahead.version > h.blueprint_version
    ) as waits,
    exists(select from handoffs_ownhours own where own.workspace_id = %(workspace)s) as is_own
from handoffs_clock c
join handoffs_handoff h on h.workspace_id = c.workspace_id and h.id = c.handoff_id
join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
cross join lateral (/*{next_action*/ select 'task' as action, null::jsonb as rung /*}*/) step
where
    c.workspace_id = %(workspace)s and c.next_rung_at <= %(at)s and c.next_rung_at > %(low)s
    and (%(handoff)s::uuid is null or c.handoff_id = %(handoff)s)
order by c.next_rung_at
limit %(most)s
for no key update of h, c skip locked
for key share of r skip locked -- noqa: PRS
