-- Every step of a ladder that fell due before the answer was taken, once, stamped with the moment it fell due.
--
-- Read from the ladder and the times that are stored with the handoff, and from nothing that the scan wrote.
--
-- parameters:
--   workspace uuid: the tenant
--   grace int: seconds that the clocks may be late before it counts
-- columns:
--   what: where it is broken
with rungs as (
    select
        h.id, h.number, h.clock_run, h.answered_at, rung.place - 1 as place,
        (rung.said ->> 'at')::timestamptz as at
    from handoffs_handoff h
    cross join lateral jsonb_array_elements(h.ladder) with ordinality rung (said, place)
    where h.workspace_id = %(workspace)s
)
select 'handoff ' || r.number || ', step ' || r.place as what
from rungs r
left join handoffs_escalation e
    on e.workspace_id = %(workspace)s and e.handoff_id = r.id and e.step = r.place
    and e.clock_run = r.clock_run
where r.at < least(coalesce(r.answered_at, 'infinity'), now() - make_interval(secs => %(grace)s)) and e.id is null
    and not exists (select from operating_setaside s where s.workspace_id = %(workspace)s and s.subject_id = r.id)
    or e.id is not null and (e.due_at <> r.at or e.taken_at < r.at)
