-- Claim clocks of stages whose next step is due, longest due first. What is locked is skipped, and found by the next
-- scan.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
--   most int: how many are claimed
-- columns:
--   clock_id: the clock
--   record_id: the record
--   stage_id: the stage
--   blueprint_version: the version it was started by
--   due_at: when the age limit is over
--   rungs: every step
--   rung: the place of the next
--   fell_due_at: when it fell due
--   is_there: whether the record still stands there
select
    c.id as clock_id,
    c.record_id,
    c.stage_id,
    c.blueprint_version,
    c.due_at,
    c.rungs,
    c.rung,
    c.next_rung_at as fell_due_at,
    r.stage_id = c.stage_id and r.entered_stage_at = c.entered_at as is_there
from handoffs_stageclock c
join lifecycle_record r on r.workspace_id = c.workspace_id and r.id = c.record_id
where c.workspace_id = %(workspace)s and c.next_rung_at <= %(at)s
order by c.next_rung_at
limit %(most)s
for no key update of c skip locked
for key share of r skip locked -- noqa: PRS
