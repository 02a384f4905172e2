-- Find the due steps of handoffs that the caller has locked.
--
-- parameters:
--   workspace uuid: the tenant
--   handoffs uuid[]: the locked handoffs
--   at timestamptz: the moment
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
cross join lateral (/*{next_action*/ select 'task' as action, null::jsonb as rung /*}*/) step
where
    c.workspace_id = %(workspace)s and c.next_rung_at <= %(at)s and c.handoff_id = any(%(handoffs)s::uuid[])
order by c.next_rung_at
