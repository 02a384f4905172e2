-- Leakage: not answered inside the window, of those that were answered or recalled or whose window is over. A recall is
-- no answer, but a record that was offered again inside the window stands aside: the later offer tells what became of
-- it. What the receiver returned was answered, and has its own cause. The day is that of the offer.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   seam uuid: the seam
--   at timestamptz: the moment of the question
--   window_length interval: how long a record may sit between two teams before it has leaked
--   sent_back uuid[]: the reasons that send a record back to the sender or to somebody else
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
    case
        when verdict.is_offered_again then 'Recalled, then offered again'
        when h.state = 'recalled' then 'Recalled'
        when verdict.is_in_time and h.reason_id = any(%(sent_back)s::uuid[]) then 'Returned'
        when verdict.is_in_time then 'Answered in time'
        when h.answered_at is not null then 'Answered too late'
        when h.assignee_id is null then 'Waited in a queue'
        when h.first_touched_at is not null then 'Touched, never answered'
        else 'Never touched'
    end as cause,
    (h.offered_at at time zone %(zone)s)::date as day,
    (not verdict.is_in_time and not verdict.is_offered_again)::int as numerator,
    (not verdict.is_offered_again)::int as denominator,
    verdict.is_offered_again::int as aside,
    0 as stock,
    0 as stock_days,
    case
        when
            h.answered_at is not null and h.state <> 'recalled'
            then greatest(floor(extract(epoch from h.answered_at - h.offered_at) / 60), 0)::int
    end as measure
from handoffs_handoff h
cross join lateral (select (h.offered_at at time zone %(zone)s) + %(window_length)s::interval as ends_at) wall
cross join
    lateral (
        select
            h.state <> 'recalled'
            and coalesce(h.answered_at at time zone %(zone)s < wall.ends_at, false) as is_in_time,
            h.state = 'recalled' and exists (
                select from handoffs_handoff n
                where
                    n.workspace_id = %(workspace)s and n.record_id = h.record_id and n.seam_id = %(seam)s
                    and n.offered_at > h.offered_at and n.offered_at at time zone %(zone)s < wall.ends_at
            ) as is_offered_again
    ) verdict
where
    h.workspace_id = %(workspace)s and h.seam_id = %(seam)s and /*{near*/ true /*}*/
    and (verdict.is_in_time or h.state = 'recalled' or wall.ends_at <= %(at)s at time zone %(zone)s)
