-- Count open handoffs by seam, and those past their due time.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
-- columns:
--   seam_id: the seam
--   open: how many are open
--   late: how many of them are past their due time
select
    seam_id,
    count(*) as open,
    count(*) filter (where due_at <= %(at)s) as late
from handoffs_handoff
where workspace_id = %(workspace)s and state = 'offered'
group by seam_id
