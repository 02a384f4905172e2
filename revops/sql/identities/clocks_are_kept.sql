-- An open handoff has one clock running for its answer, due when it is; one that was answered has none; one that was
-- breached has a clock that was missed first, which says when the handoff was offered, and no other has one.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   what: where it is broken
select 'handoff ' || h.number as what
from handoffs_handoff h
left join (
    select
        handoff_id,
        count(*) filter (where stopped_at is null) as running,
        max(due_at) filter (where stopped_at is null) as due_at,
        count(offered_at) filter (where state = 'breached') as first_missed,
        max(offered_at) as offered_at
    from handoffs_clock
    where workspace_id = %(workspace)s and kind = 'answer'
    group by 1
) c on c.handoff_id = h.id
where
    h.workspace_id = %(workspace)s and (
        h.state = 'offered' and (c.running is distinct from 1 or c.due_at is distinct from h.due_at)
        or h.state <> 'offered' and c.running > 0
        or (h.breached_at is not null)::int <> coalesce(c.first_missed, 0)
        or c.offered_at <> h.offered_at
    )
