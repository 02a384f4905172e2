-- Every accepted handoff whose first touch is overdue was escalated for it.
--
-- parameters:
--   workspace uuid: the tenant
--   grace int: seconds that the clocks may be late before it counts
-- columns:
--   what: where it is broken
select 'handoff ' || h.number as what
from handoffs_handoff h
where h.workspace_id = %(workspace)s and h.state = 'accepted' and h.first_touched_at is null
    and h.touch_due_at < now() - make_interval(secs => %(grace)s)
    and not exists (
        select from handoffs_escalation e where e.workspace_id = %(workspace)s and e.handoff_id = h.id
            and e.action = 'touch'
    )
    and not exists (select from operating_setaside s where s.workspace_id = %(workspace)s and s.subject_id = h.id)
