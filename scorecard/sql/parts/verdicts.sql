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
--   day: the day it was offered, and all else that a handoff says
select
    h.*,
    h.id as handoff_id,
    case when late.is_known then late.member_id else h.assignee_id end as member_id,
    null::uuid as stage_id,
    '' as cause,
    (h.offered_at at time zone %(zone)s)::date as day
from handoffs_handoff h
left join lateral (
    select
        c.member_id,
        true as is_known
    from handoffs_clock c
    where c.workspace_id = %(workspace)s and c.handoff_id = h.id and c.kind = 'answer' and c.breached_at is not null
    order by c.run
    limit 1
) late on h.breached_at is not null
where h.workspace_id = %(workspace)s and /*{asked*/ true /*}*/
