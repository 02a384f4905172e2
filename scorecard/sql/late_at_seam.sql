-- List a seam's open handoffs past their due time, longest late first.
--
-- parameters:
--   workspace uuid: the tenant
--   seam uuid: the seam
--   at timestamptz: the moment
-- columns:
--   number: the handoff's number
--   record_name: the record's name
--   record_number: the record's number
--   assignee: who has it
--   due_at: when it was due
select
    h.number,
    r.name as record_name,
    r.number as record_number,
    coalesce(m.name, '') as assignee,
    h.due_at
from handoffs_handoff h
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = h.record_id
left join workspaces_member m on m.workspace_id = %(workspace)s and m.id = h.assignee_id
where h.workspace_id = %(workspace)s and h.seam_id = %(seam)s and h.state = 'offered' and h.due_at <= %(at)s
order by h.due_at
limit 100
