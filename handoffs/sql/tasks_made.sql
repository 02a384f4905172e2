-- Find the clocks in whose run the ladder made a task already.
--
-- parameters:
--   workspace uuid: the tenant
--   clocks uuid[]: the clocks
-- columns:
--   clock_id: one of them
select c.id as clock_id
from handoffs_clock c
-- One look in the index for each clock: the limit keeps the planner from reading every step that was ever taken.
cross join
    lateral (
        select e.id from handoffs_escalation e
        where
            e.workspace_id = c.workspace_id and e.handoff_id = c.handoff_id and e.clock_run = c.run
            and e.action = 'task' and e.task_id is not null
        limit 1
    ) made
where c.workspace_id = %(workspace)s and c.id = any(%(clocks)s)
