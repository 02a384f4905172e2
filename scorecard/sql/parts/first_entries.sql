-- Find each record once with its first entry into the stages that begin, and into those that are to be reached, near
-- the days asked.
--
-- One pass and no look-up by stage within a record's stays: without statistics, as after a great import, the planner
-- would take the index by stage for that and read a whole stage for every record.
--
-- parameters:
--   workspace uuid: the tenant
--   entry uuid[]: the stages that begin
--   goal uuid[]: the stages that are to be reached; none where that is not asked
-- places:
--   near: the stays of records that entered on the days asked
-- columns:
--   record_id: the record
--   entered_at: its first entry
--   reached_at: when it first reached the goal, or null
select
    s.record_id,
    min(s.entered_at) filter (where s.stage_id = any(%(entry)s)) as entered_at,
    min(s.entered_at) filter (where s.stage_id = any(%(goal)s)) as reached_at
from lifecycle_stagestay s
where s.workspace_id = %(workspace)s and /*{near*/ s.stage_id = any(%(entry)s || %(goal)s::uuid[]) /*}*/
group by s.record_id
