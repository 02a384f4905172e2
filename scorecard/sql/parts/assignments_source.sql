-- Assignments of handoffs across some seams: who was given one, and until when.
--
-- parameters:
--   workspace uuid: the tenant
--   in_seams uuid[]: the seams
-- columns:
--   record_id: whom it is about
--   handoff_id: the handoff
--   member_id: who was given it
--   stage_id: nothing
--   cause: why it was given
select
    h.record_id,
    h.id as handoff_id,
    g.member_id,
    null::uuid as stage_id,
    g.cause,
    g.at,
    g.ended_at,
    g.cause as assignment_cause,
    g.missed as assignment_is_missed
from handoffs_assignment g
join handoffs_handoff h on h.workspace_id = %(workspace)s and h.id = g.handoff_id
where g.workspace_id = %(workspace)s and h.seam_id = any(%(in_seams)s)
