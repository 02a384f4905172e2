-- List handoffs of a seam by their numbers, each as a moment at which its record stood at the trigger.
--
-- parameters:
--   workspace uuid: the tenant
--   seam uuid: the seam
--   trigger uuid: the stage from which it is offered
--   numbers bigint[]: the numbers
-- columns:
--   record_id: the record
--   from_stage_id: where it stood
--   entered_at: when it was offered
--   handoff_id: the handoff
select
    h.record_id,
    %(trigger)s::uuid as from_stage_id,
    h.offered_at as entered_at,
    h.id as handoff_id
from handoffs_handoff h
where h.workspace_id = %(workspace)s and h.seam_id = %(seam)s and h.number = any(%(numbers)s::bigint[])
