-- Every step that was taken, of every run of a clock, is told by exactly one event.
--
-- Former runs of a clock leave no ladder behind; what was told of them stays.
--
-- parameters:
--   workspace uuid: the tenant
--   steps text[]: the events that tell a step of a ladder
-- columns:
--   what: where it is broken
select 'handoff ' || h.number as what
from handoffs_handoff h
left join (
    select handoff_id, count(*) as taken
    from handoffs_escalation
    where workspace_id = %(workspace)s and action not in ('reassign', 'queue') and skipped = ''
    group by 1
) e on e.handoff_id = h.id
left join (
    select subject_id, count(*) as told
    from history_event
    where workspace_id = %(workspace)s and subject_kind = 'handoff' and kind = any(%(steps)s)
    group by 1
) t on t.subject_id = h.id
where h.workspace_id = %(workspace)s and e.taken is distinct from t.told
