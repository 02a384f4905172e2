-- What people were told of each task that the statement closed, a row of its `closed`: of it, or of its handoff, unless
-- another task of that is open of which they are told alike. What is late is told by itself.
--
-- parameters:
--   workspace uuid: the tenant
select
    'task' as about,
    number,
    array['task', 'raised', 'breached'] as kinds,
    done_at as at
from closed
union all
select
    'handoff',
    h.number,
    case closed.kind when 'returned' then array['returned'] else array['task', 'raised'] end,
    closed.done_at
from closed
join handoffs_handoff h on h.workspace_id = %(workspace)s and h.id = closed.handoff_id
where
    closed.kind <> 'late_task' and not exists (
        select from handoffs_task other
        where
            other.workspace_id = h.workspace_id and other.handoff_id = h.id and other.done_at is null
            and other.kind <> 'late_task' and (other.kind = 'returned') = (closed.kind = 'returned')
            and not exists (select from closed ended where ended.id = other.id)
    )
