-- Who returned the record of an open handoff before, in the same stay.
--
-- parameters:
--   workspace uuid: the tenant
--   handoffs uuid[]: the open handoffs
-- columns:
--   handoff_id: one of the open handoffs
--   members: who returned its record
select
    h.id as handoff_id,
    array_agg(coalesce(former.assignee_id, former.answered_by_id)) as members
from handoffs_handoff h
join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
join handoffs_handoff former
    on former.workspace_id = h.workspace_id and former.record_id = h.record_id and former.seam_id = h.seam_id
    and former.state = 'rejected' and former.answered_at >= r.entered_stage_at
where
    h.workspace_id = %(workspace)s and h.id = any(%(handoffs)s)
    and coalesce(former.assignee_id, former.answered_by_id) is not null
group by h.id
