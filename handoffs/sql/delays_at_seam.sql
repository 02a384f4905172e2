-- Tell the moments of the newest handoffs of a seam that were touched: what came before the offer, when nobody had
-- them, and when their clocks stood still.
--
-- parameters:
--   workspace uuid: the tenant
--   seam uuid: the seam
--   since timestamptz: offered from then on
--   until timestamptz: and before then
--   most int: how many at most
-- columns:
--   opened_at: when the source says that its record began
--   came_in_at: when it came in
--   offered_at: when it was offered
--   touched_at: when it was touched first
--   queued: JSON, from when to when nobody had it
--   paused: JSON, from when to when its clocks stood still
--   blueprint_version: the version it was offered under
--   sla_line: the SLA line that was met, blank for none
--   hours_id: the hours of whoever had it, or null for the seam's
select
    r.opened_at,
    r.created_at as came_in_at,
    h.offered_at,
    h.first_touched_at as touched_at,
    (
        select jsonb_agg(array[a.at, coalesce(a.ended_at, h.first_touched_at)])
        from handoffs_assignment a
        where a.workspace_id = h.workspace_id and a.handoff_id = h.id and a.member_id is null
    ) as queued,
    (
        select jsonb_agg(array[p.at, coalesce(p.ended_at, p.until_at)])
        from handoffs_pause p
        where p.workspace_id = h.workspace_id and p.handoff_id = h.id
    ) as paused,
    h.blueprint_version,
    h.sla_line,
    h.hours_id
from handoffs_handoff h
join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
where
    h.workspace_id = %(workspace)s and h.seam_id = %(seam)s and h.offered_at >= %(since)s and h.offered_at < %(until)s
    and h.first_touched_at is not null
order by h.offered_at desc, h.id desc
limit %(most)s
