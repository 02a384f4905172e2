-- Acted: accepted and touched within the seam's hours, of all marked ready whose hours are over or that have been acted
-- on already. The others stand aside; what the sender took back is left out. The day is that of the offer.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   seam uuid: the seam
--   act interval: how soon the seam wants it acted upon
--   at timestamptz: the moment of the question
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
    verdict.is_acted::int as numerator,
    (verdict.is_acted or verdict.is_over)::int as denominator,
    (not verdict.is_acted and not verdict.is_over)::int as aside,
    0 as stock,
    0 as stock_days,
    case
        when
            h.state = 'accepted' and h.first_touched_at is not null
            then case
                    when
                        greatest(h.answered_at, h.first_touched_at) is not null
                        then greatest(
                                floor(
                                    extract(epoch from greatest(h.answered_at, h.first_touched_at) - h.offered_at) / 60
                                ),
                                0
                            )::int
                end
    end as measure
from handoffs_handoff h
cross join
    lateral (
        select
            h.offered_at + %(act)s <= %(at)s as is_over,
            coalesce(
                h.state = 'accepted'
                and h.answered_at <= h.offered_at + %(act)s
                and h.first_touched_at <= h.offered_at + %(act)s,
                false
            ) as is_acted
    ) verdict
where
    h.workspace_id = %(workspace)s and h.seam_id = %(seam)s and /*{near*/ true /*}*/
    and h.state <> 'recalled'
