-- The assignments of a handoff follow each other; only the last may be open, and it is who has the handoff.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   what: where it is broken
select distinct 'handoff ' || h.number as what
from handoffs_handoff h
left join (
    select
        handoff_id, at, ended_at, member_id,
        lag(ended_at) over chain as former_end, lag(id) over chain as former,
        lead(id) over chain as next
    from handoffs_assignment
    where workspace_id = %(workspace)s
    window chain as (partition by handoff_id order by at, coalesce(ended_at, 'infinity'), id)
) a on a.handoff_id = h.id
where
    h.workspace_id = %(workspace)s and (
        a.handoff_id is null
        or a.ended_at < a.at
        or a.former is not null and (a.former_end is null or a.former_end > a.at)
        or a.next is null and h.state = 'offered'
        and (a.ended_at is not null or a.member_id is distinct from h.assignee_id)
    )
