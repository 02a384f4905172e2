-- Count open handoffs by seam, and those past their due time.
--
-- parameters:
--   at timestamptz: the moment
-- parts:
--   offers: the handoffs that are open
-- places:
--   joins: what the filters look at, beside the handoff `x`
--   filter: what they must have
-- columns:
--   seam_id: the seam
--   open: how many are open
--   late: how many of them are past their due time
select
    x.seam_id,
    count(*) as open,
    count(*) filter (where x.due_at <= %(at)s) as late
from (
    /*{offers*/
    select
        h.*, h.assignee_id as member_id, h.offered_at::date as day
    from handoffs_handoff h /*}*/
) x /*{joins}*/
where /*{filter*/ true /*}*/
group by x.seam_id
