-- Begin the clocks of whoever has each of the statement's `given` records.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
--   clocks jsonb: one object per kind of clock that begins now, with its due time and rungs
insert into handoffs_clock (workspace_id, handoff_id, kind, member_id, started_at, due_at, rungs, next_rung_at)
select
    %(workspace)s,
    given.handoff_id,
    clock.kind,
    given.assignee_id,
    %(at)s,
    clock.due,
    clock.rungs,
    (clock.rungs -> 0 ->> 'at')::timestamptz
from given
cross join jsonb_to_recordset(%(clocks)s::jsonb) as clock (kind text, due timestamptz, rungs jsonb)
