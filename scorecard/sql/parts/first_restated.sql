-- Tell when closings of a record, `record_id`, were first restated.
--
-- parameters:
--   workspace uuid: the tenant
--   restated_stages uuid[]: the stages of the closings
-- places:
--   restated_near: the days asked, as bounds of t.closed_at
-- columns:
--   min: the moment, or null
select min(t.at)
from (
    select
        y.at,
        y.closed_at,
        y.record_id as restated_id
    from lifecycle_restatement y
    where y.workspace_id = %(workspace)s and y.stage_id = any(%(restated_stages)s)
) t
where t.restated_id = record_id and /*{restated_near*/ true /*}*/
