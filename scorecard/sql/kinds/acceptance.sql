-- Acceptance: accepted, of those answered, and how long the answer took. The day is that of the offer.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   seam uuid: the seam
-- places:
--   near: the days asked, as bounds of h.offered_at
-- columns:
--   record_id: whom it is about
--   handoff_id: its handoff, or null
--   member_id: who was given it, or null
--   stage_id: the stage it counts in, or null
--   cause: why
--   day: the day it counts on
--   numerator: what it adds to the numerator
--   denominator: what it adds to the denominator
--   aside: what it adds aside
--   stock: what it adds to what is open
--   stock_days: the days that belong to it
--   measure: days or minutes it took, or null
select
    h.record_id,
    h.id as handoff_id,
    h.assignee_id as member_id,
    null::uuid as stage_id,
    '' as cause,
    (h.offered_at at time zone %(zone)s)::date as day,
    (h.state = 'accepted')::int as numerator,
    1 as denominator,
    0 as aside,
    0 as stock,
    0 as stock_days,
    case
        when
            h.answered_at is not null
            then greatest(floor(extract(epoch from h.answered_at - h.offered_at) / 60), 0)::int
    end as measure
from handoffs_handoff h
where
    h.workspace_id = %(workspace)s and h.seam_id = %(seam)s and /*{near*/ true /*}*/
    and h.state in ('accepted', 'rejected')
