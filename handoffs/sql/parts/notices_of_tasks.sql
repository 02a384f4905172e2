-- What people were told of each task that the statement closed, a row of its `closed`: of it, or of its handoff.
--
-- parameters:
--   workspace uuid: the tenant
select
    'task' as about,
    number,
    array['task', 'raised'] as kinds,
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
