-- Find the records that were offered across a seam since a moment.
--
-- parameters:
--   workspace uuid: the tenant
--   seam uuid: the seam
--   since timestamptz: the moment
-- columns:
--   record_id: the record
select h.record_id
from handoffs_handoff h
where h.workspace_id = %(workspace)s and h.seam_id = %(seam)s and h.offered_at >= %(since)s
