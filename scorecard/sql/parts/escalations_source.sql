-- Steps of ladders that were taken, across some seams.
--
-- parameters:
--   workspace uuid: the tenant
--   in_seams uuid[]: the seams
-- columns:
--   record_id: whom it is about
--   handoff_id: the handoff
--   member_id: who had it, or null
--   stage_id: nothing
--   cause: which step it was
select
    h.record_id,
    h.id as handoff_id,
    e.from_member_id as member_id,
    null::uuid as stage_id,
    e.action as cause,
    e.due_at,
    e.taken_at,
    e.action as escalation_action
from handoffs_escalation e
join handoffs_handoff h on h.workspace_id = %(workspace)s and h.id = e.handoff_id
where e.workspace_id = %(workspace)s and h.seam_id = any(%(in_seams)s)
