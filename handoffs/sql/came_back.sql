-- Say for each record what came back: the last handoff of this stay that was returned or recalled, and who returned one
-- of them.
--
-- parameters:
--   workspace uuid: the tenant
--   seam uuid: the seam
--   records uuid[]: the records
-- columns:
--   record_id: one of the records
--   handoff_id: its last handoff that came back, or null
--   number: the number of that handoff
--   offered_by_id: who offered it
--   packet: what was handed over with it
--   barred: who returned one
select
    r.id as record_id,
    last.id as handoff_id,
    last.number,
    last.offered_by_id,
    last.packet,
    coalesce(returned.barred, '{}') as barred
from unnest(%(records)s::uuid[]) asked (id)
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = asked.id
left join lateral (
    select
        h.id,
        h.number,
        h.offered_by_id,
        h.packet
    from handoffs_handoff h
    where
        h.workspace_id = %(workspace)s and h.record_id = r.id and h.seam_id = %(seam)s
        and h.state in ('rejected', 'recalled') and h.answered_at >= r.entered_stage_at
    order by h.offered_at desc, h.number desc
    limit 1
) last on true
left join lateral (
    select array_agg(distinct coalesce(h.assignee_id, h.answered_by_id)) as barred
    from handoffs_handoff h
    where
        h.workspace_id = %(workspace)s and h.record_id = r.id and h.seam_id = %(seam)s and h.state = 'rejected'
        and h.answered_at >= r.entered_stage_at and coalesce(h.assignee_id, h.answered_by_id) is not null
) returned on true
