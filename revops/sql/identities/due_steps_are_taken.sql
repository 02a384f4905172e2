-- Every step of a ladder that fell due before its clock stopped was taken, once, stamped with the moment it fell due.
--
-- Read from the rungs and the times that are stored with the clock, and from nothing that the scan wrote.
--
-- parameters:
--   workspace uuid: the tenant
--   grace int: seconds that the clocks may be late before it counts
-- columns:
--   what: where it is broken
with rungs as (
    select
        c.handoff_id, h.number, c.run, c.stopped_at, rung.place - 1 as place, (rung.said ->> 'at')::timestamptz as at
    from handoffs_clock c
    join handoffs_handoff h on h.workspace_id = c.workspace_id and h.id = c.handoff_id
    cross join lateral jsonb_array_elements(c.rungs) with ordinality rung (said, place)
    where c.workspace_id = %(workspace)s and c.kind = 'answer'
)
select 'handoff ' || r.number || ', step ' || r.place as what
from rungs r
left join handoffs_escalation e
    on e.workspace_id = %(workspace)s and e.handoff_id = r.handoff_id and e.step = r.place
    and e.clock_run = r.run
where r.at < least(coalesce(r.stopped_at, 'infinity'), now() - make_interval(secs => %(grace)s)) and e.id is null
    and not exists (
        select from operating_setaside s where s.workspace_id = %(workspace)s and s.subject_id = r.handoff_id
    )
    or e.id is not null and (e.due_at <> r.at or e.taken_at < r.at)
