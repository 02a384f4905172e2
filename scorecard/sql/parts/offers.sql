-- List handoffs as offers: who was given each, on the day it was offered.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
-- places:
--   asked: which handoffs `h`
-- columns:
--   member_id: who has it
--   day: the day it was offered, and all else that a handoff says
select
    h.*,
    h.assignee_id as member_id,
    (h.offered_at at time zone %(zone)s)::date as day
from handoffs_handoff h
where h.workspace_id = %(workspace)s and /*{asked*/ true /*}*/
