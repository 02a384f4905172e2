-- List open handoffs past their due time, longest late first.
--
-- parameters:
--   workspace uuid: the tenant
-- parts:
--   offers: the handoffs that are late
-- places:
--   joins: what the filters look at, beside the handoff `x`
--   filter: what they must have
-- columns:
--   number: the handoff's number
--   record_name: the record's name
--   record_number: the record's number
--   assignee: who has it
--   due_at: when it was due
select
    x.number,
    shown.name as record_name,
    shown.number as record_number,
    coalesce(m.name, '') as assignee,
    x.due_at
from (
    /*{offers*/
    select
        h.*, h.assignee_id as member_id, h.offered_at::date as day
    from handoffs_handoff h /*}*/
) x /*{joins}*/
join lifecycle_record shown on shown.workspace_id = %(workspace)s and shown.id = x.record_id
left join workspaces_member m on m.workspace_id = %(workspace)s and m.id = x.assignee_id
where /*{filter*/ true /*}*/
order by x.due_at
limit 100
