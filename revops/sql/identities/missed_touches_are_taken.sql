-- Every first touch that is overdue was escalated, by the clock of whoever had it; one that was taken back counts not.
--
-- parameters:
--   workspace uuid: the tenant
--   grace int: seconds that the clocks may be late before it counts
-- columns:
--   what: where it is broken
select 'handoff ' || h.number as what
from handoffs_clock c
join handoffs_handoff h on h.workspace_id = c.workspace_id and h.id = c.handoff_id
where c.workspace_id = %(workspace)s and c.kind = 'first_touch'
    and c.due_at < least(coalesce(c.stopped_at, 'infinity'), now() - make_interval(secs => %(grace)s))
    and not exists (
        select from handoffs_escalation e where e.workspace_id = %(workspace)s and e.handoff_id = c.handoff_id
            and e.action = 'touch' and e.clock_run = c.run
    )
    and not exists (
        select from operating_setaside s where s.workspace_id = %(workspace)s and s.subject_id = c.handoff_id
    )
    and not exists (
        select from history_event v where v.workspace_id = %(workspace)s and v.subject_id = c.handoff_id
            and v.kind = 'handoff.acceptance_undone' and v.at = c.stopped_at
    )
