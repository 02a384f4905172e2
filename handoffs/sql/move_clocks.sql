-- Move the clocks of locked handoffs: when each is due, its steps that are ahead, and the due times that the handoffs
-- show.
--
-- parameters:
--   workspace uuid: the tenant
--   clocks jsonb: one object for each clock that goes somewhere else, with its due time, rungs and next rung
--   handoffs jsonb: one object for each handoff, with its due times and until when it stands still, and the version
--     whose times it has from now on, if that is another
with moved as (
    select *
    from jsonb_to_recordset(%(clocks)s::jsonb) as said (
            clock uuid, started timestamptz, due timestamptz, rungs jsonb, rung int, next timestamptz
        )
),
clocks as (
    update handoffs_clock c
    set
        started_at = moved.started, due_at = moved.due, rungs = moved.rungs, rung = moved.rung,
        next_rung_at = moved.next
    from moved
    where c.workspace_id = %(workspace)s and c.id = moved.clock and c.stopped_at is null
),
shown as (
    select *
    from jsonb_to_recordset(%(handoffs)s::jsonb) as said (
            handoff uuid, due timestamptz, touch_due timestamptz, paused_until timestamptz, version int
        )
)
update handoffs_handoff h
set
    due_at = shown.due, touch_due_at = shown.touch_due, paused_until = shown.paused_until,
    blueprint_version = coalesce(shown.version, h.blueprint_version)
from shown
where h.workspace_id = %(workspace)s and h.id = shown.handoff
