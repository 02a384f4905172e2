-- Begin the clocks of whoever has each of the statement's `given` records.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
insert into handoffs_clock (
    workspace_id, handoff_id, kind, member_id, started_at, due_at, hours_id, rungs, next_rung_at
)
select
    %(workspace)s,
    given.handoff_id,
    clock.kind,
    given.assignee_id,
    %(at)s,
    clock.due,
    given.hours_id,
    clock.rungs,
    (clock.rungs -> 0 ->> 'at')::timestamptz
from given
cross join lateral jsonb_to_recordset(given.clocks) as clock (kind text, due timestamptz, rungs jsonb)
