-- Count the offers made across each seam on the days asked, and what became of them.
--
-- parameters:
--   at timestamptz: the moment
-- parts:
--   offers: the offers
-- places:
--   joins: what the filters look at, beside the offer `x`
--   days: exactly the days asked, of x.day
--   filter: what the offers must have
-- columns:
--   seam_id: the seam
--   offered: how many were offered and not taken back
--   accepted: how many were accepted
--   rejected: how many were rejected
--   late: how many are open past their due time
--   median_minutes: the median of whole minutes to the answer
select
    x.seam_id,
    count(*) filter (where x.state <> 'recalled') as offered,
    count(*) filter (where x.state = 'accepted') as accepted,
    count(*) filter (where x.state = 'rejected') as rejected,
    count(*) filter (where x.state = 'offered' and x.due_at <= %(at)s) as late,
    percentile_cont(0.5) within group (
        order by greatest(floor(extract(epoch from x.answered_at - x.offered_at) / 60), 0)
    )
    filter (where x.state in ('accepted', 'rejected')) as median_minutes
from (
    /*{offers*/
    select
        h.*, h.assignee_id as member_id, h.offered_at::date as day
    from handoffs_handoff h /*}*/
) x /*{joins}*/
where /*{days*/ x.day is not null /*}*/ and /*{filter*/ true /*}*/
group by x.seam_id
