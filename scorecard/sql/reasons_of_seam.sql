-- Count the refusals of a seam's offers made on the days asked by reason, the most frequent first.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   seam uuid: the seam
-- places:
--   near: the days asked, as bounds of h.offered_at
--   days: exactly the days asked, of offer.day
-- columns:
--   label: the reason
--   number: how many
select
    coalesce(c.label, '') as label,
    count(*) as number
from handoffs_handoff h
cross join lateral (select (h.offered_at at time zone %(zone)s)::date as day) offer
left join handoffs_reasoncode c on c.workspace_id = %(workspace)s and c.id = h.reason_id
where
    h.workspace_id = %(workspace)s and h.seam_id = %(seam)s and h.state = 'rejected' and /*{near*/ true /*}*/
    and /*{days*/ offer.day is not null /*}*/
group by coalesce(c.label, '')
order by number desc, label
