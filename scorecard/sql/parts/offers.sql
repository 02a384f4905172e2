-- List handoffs as offers: who was given each, on the day it was offered.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
-- places:
--   asked: which handoffs `h`
-- columns:
--   handoff_id: the handoff
--   member_id: who has it
--   stage_id: nothing
--   cause: nothing
--   day: the day it was offered, and all else that a handoff says
select
    h.*,
    h.id as handoff_id,
    h.assignee_id as member_id,
    null::uuid as stage_id,
    '' as cause,
    (h.offered_at at time zone %(zone)s)::date as day
from handoffs_handoff h
where h.workspace_id = %(workspace)s and /*{asked*/ true /*}*/
