-- Every handoff was offered by one event, answered by one that says its state, and each change of hands is told.
--
-- parameters:
--   answers text[]: the events that answer a handoff
--   workspace uuid: the tenant
-- columns:
--   what: where it is broken
select 'handoff ' || h.number as what
from handoffs_handoff h
left join (
    select
        subject_id, count(*) filter (where kind = 'handoff.offered') as offered,
        count(*) filter (where kind = any(%(answers)s))
        - count(*) filter (where kind = any(array[
            'handoff.acceptance_undone', 'handoff.rejection_undone', 'handoff.recall_undone'
        ])) as answered,
        (array_agg(kind order by at desc, id desc) filter (where kind = any(%(answers)s)))[1] as said,
        count(*) filter (where kind in (
            'handoff.reassigned', 'handoff.queued', 'handoff.acceptance_undone', 'handoff.rejection_undone',
            'handoff.recall_undone', 'handoff.reassignment_undone'
        )) as passed_on
    from history_event
    where workspace_id = %(workspace)s and subject_kind = 'handoff'
    group by 1
) e on e.subject_id = h.id
left join (
    select handoff_id, count(*) as given
    from handoffs_assignment
    where workspace_id = %(workspace)s
    group by 1
) a on a.handoff_id = h.id
where
    h.workspace_id = %(workspace)s and (
        e.offered is distinct from 1
        or e.answered <> case when h.state = 'offered' then 0 else 1 end
        or h.state <> 'offered' and e.said is distinct from 'handoff.' || h.state
        or a.given - 1 is distinct from e.passed_on
    )
