-- A handoff is breached if and only if a step past its due time was taken, or it was answered late.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   what: where it is broken
select 'handoff ' || h.number as what
from handoffs_handoff h
left join (
    select s.handoff_id, count(*) as late
    from handoffs_escalation s
    left join handoffs_clock c
        on c.workspace_id = s.workspace_id and c.handoff_id = s.handoff_id and c.run = s.clock_run and c.kind = 'answer'
    where
        s.workspace_id = %(workspace)s and s.action not in ('warn', 'touch', 'late')
        and (c.due_at is null or s.due_at >= c.due_at)
    group by 1
) e on e.handoff_id = h.id
where
    h.workspace_id = %(workspace)s and (
        h.breached_at is not null and e.late is null
        or h.breached_at is null and (e.late is not null or h.state <> 'recalled' and h.answered_at > h.due_at)
    )
