-- Find the records that entered a stage near the days asked.
--
-- parameters:
--   workspace uuid: the tenant
--   entering uuid[]: the stages
-- places:
--   entering_near: the days asked, as bounds of n.entered_at
-- columns:
--   record_id: the record
select n.record_id
from lifecycle_stagestay n
where n.workspace_id = %(workspace)s and n.stage_id = any(%(entering)s) and /*{entering_near*/ true /*}*/
