-- Count open handoffs by seam, those past their due time, and both of those that were offered on the days asked.
--
-- parameters:
--   at timestamptz: the moment
-- parts:
--   offers: the handoffs that are open
-- places:
--   joins: what the filters look at, beside the handoff `x`
--   days: exactly the days asked, of x.day
--   filter: what they must have
-- columns:
--   seam_id: the seam
--   open: how many are open
--   late: how many of them are past their due time
--   offered: how many of them were offered on the days
--   offered_late: how many of these are past their due time
select
    x.seam_id,
    count(*) as open,
    count(*) filter (where x.due_at <= %(at)s) as late,
    count(*) filter (where /*{days*/ x.day is not null /*}*/) as offered,
    count(*) filter (where x.due_at <= %(at)s and /*{days*/ x.day is not null /*}*/) as offered_late
from (
    /*{offers*/
    select
        h.*, h.assignee_id as member_id, h.offered_at::date as day
    from handoffs_handoff h /*}*/
) x /*{joins}*/
where /*{filter*/ true /*}*/
group by x.seam_id
