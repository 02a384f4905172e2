-- Lock open handoffs, to route them again by hand.
--
-- parameters:
--   workspace uuid: the tenant
--   handoffs uuid[]: the handoffs
--   at timestamptz: the moment
-- columns:
--   id: the handoff
--   seam_id: its seam
--   blueprint_version: the version it was offered by
--   state: its state
--   assignee_id: who has it
--   queue_id: the pool in whose queue it waits
--   record_id: its record
--   rungs: every step of its clock with its action and moment, or null where none runs
--   rung: the place of the next step among them
--   due_at: when it must be answered
--   sla_line: the key of the SLA line that was met, or ''
--   stage_id: where its record stands
--   offered_at: since when it is offered
--   priority: how often its ladder raised it
--   score: the score of its record
--   at: the moment, but never before its record was last written
select
    h.id,
    h.seam_id,
    h.blueprint_version,
    h.state,
    h.assignee_id,
    h.queue_id,
    h.record_id,
    c.rungs,
    c.rung,
    h.due_at,
    h.sla_line,
    r.stage_id,
    h.offered_at,
    h.priority,
    r.score,
    greatest(r.updated_at, %(at)s) as at
from handoffs_handoff h
join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
left join handoffs_clock c
    on c.workspace_id = h.workspace_id and c.handoff_id = h.id and c.kind = 'answer' and c.stopped_at is null
where h.workspace_id = %(workspace)s and h.id = any(%(handoffs)s) and h.state = 'offered'
order by h.id
for no key update of r skip locked
for no key update of h skip locked -- noqa: PRS
