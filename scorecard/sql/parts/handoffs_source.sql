-- Handoffs across some seams, recalled ones included.
--
-- parameters:
--   workspace uuid: the tenant
--   in_seams uuid[]: the seams
-- columns:
--   record_id: whom it is about
--   handoff_id: the handoff
--   member_id: who has it, or null
--   stage_id: nothing
--   cause: what became of it
select
    h.record_id,
    h.id as handoff_id,
    h.assignee_id as member_id,
    null::uuid as stage_id,
    h.state as cause,
    h.offered_at,
    h.due_at,
    h.answered_at,
    h.breached_at,
    h.first_touched_at,
    r.amount,
    r.currency,
    h.clock_run - 1 as reassignments,
    h.state as handoff_state,
    h.breached_at is not null as handoff_is_late,
    h.queue_id is not null as handoff_is_queued,
    code.key as handoff_reason
from handoffs_handoff h
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = h.record_id
left join handoffs_reasoncode code on code.workspace_id = %(workspace)s and code.id = h.reason_id
where h.workspace_id = %(workspace)s and h.seam_id = any(%(in_seams)s)
