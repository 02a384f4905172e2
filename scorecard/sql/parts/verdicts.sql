-- List handoffs with whose their verdict is: whoever let the time pass, which may since have gone to somebody else, or
-- else who has it.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
-- places:
--   asked: which handoffs `h`
-- columns:
--   handoff_id: the handoff
--   member_id: whose it is; nobody's where it was missed in a queue
--   stage_id: nothing
--   cause: nothing
--   verdict_at: when it was known: due times that were missed are found by their clocks, which are written then
--   day: the day it was offered, and all else that a handoff says
select
    h.*,
    h.id as handoff_id,
    null::uuid as stage_id,
    '' as cause,
    (h.offered_at at time zone %(zone)s)::date as day
from (
    select
        h.*,
        h.assignee_id as member_id,
        least(h.answered_at, h.due_at) as verdict_at
    from handoffs_handoff h
    where h.workspace_id = %(workspace)s and h.breached_at is null
    union all
    select
        h.*,
        c.member_id,
        c.breached_at as verdict_at
    from handoffs_clock c
    join handoffs_handoff h on h.workspace_id = c.workspace_id and h.id = c.handoff_id
    where c.workspace_id = %(workspace)s and c.offered_at is not null
) h
where /*{asked*/ true /*}*/
