-- Count the offers made across each seam on the days asked, and what became of them.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   seams uuid[]: the seams
--   at timestamptz: the moment
-- places:
--   near: the days asked, as bounds of h.offered_at
--   days: exactly the days asked, of offer.day
-- columns:
--   seam_id: the seam
--   offered: how many were offered and not taken back
--   accepted: how many were accepted
--   rejected: how many were rejected
--   late: how many are open past their due time
--   median_minutes: the median of minutes to the answer
select
    h.seam_id,
    count(*) filter (where h.state <> 'recalled') as offered,
    count(*) filter (where h.state = 'accepted') as accepted,
    count(*) filter (where h.state = 'rejected') as rejected,
    count(*) filter (where h.state = 'offered' and h.due_at <= %(at)s) as late,
    percentile_cont(0.5) within group (order by extract(epoch from h.answered_at - h.offered_at) / 60)
    filter (where h.state in ('accepted', 'rejected')) as median_minutes
from handoffs_handoff h
cross join lateral (select (h.offered_at at time zone %(zone)s)::date as day) offer
where
    h.workspace_id = %(workspace)s and h.seam_id = any(%(seams)s) and /*{near*/ true /*}*/
    and /*{days*/ offer.day is not null /*}*/
group by h.seam_id
