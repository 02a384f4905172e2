-- Claim handoffs whose time to be routed again has come: those in a queue, and those that came back. A queue's due step
-- is taken first, and the queue asked after it.
--
-- Locks are taken in one order everywhere: records, handoffs, the pools' rotation. The record is named first here too:
-- a row of which the second is held by somebody keeps the lock of its first, though it is skipped.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment, or now()
--   most int: how many are claimed
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
--   at: the moment it is claimed
--   is_last: whether the record was not offered across the seam since
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
    %(at)s as at,
    h.state = 'offered' or not exists (
        select from handoffs_handoff later
        where
            later.workspace_id = h.workspace_id and later.record_id = h.record_id and later.seam_id = h.seam_id
            and later.offered_at >= h.offered_at and later.number > h.number
    ) as is_last
from handoffs_handoff h
join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
left join handoffs_clock c
    on c.workspace_id = h.workspace_id and c.handoff_id = h.id and c.kind = 'answer' and c.stopped_at is null
where
    h.workspace_id = %(workspace)s and h.again_at <= %(at)s
    and (h.state <> 'offered' or c.next_rung_at is null or c.next_rung_at > %(at)s)
order by h.again_at, h.offered_at
limit %(most)s
for no key update of r skip locked
for no key update of h skip locked -- noqa: PRS
