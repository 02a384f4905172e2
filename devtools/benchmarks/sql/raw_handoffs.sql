-- List the newest handoffs, or those that wait for one member, as JSON.
--
-- parameters:
--   workspace uuid: the tenant
--   assignee uuid: for whom they wait, or null
--   size int: how many at most
-- places:
--   condition: all of them, or those that wait for the member
-- columns:
--   body: the handoffs
select
    coalesce(json_agg(json_build_object(
        'number', h.number, 'seam', s.key, 'state', h.state, 'offered_at', h.offered_at, 'due_at', h.due_at,
        'breached_at', h.breached_at, 'answered_at', h.answered_at, 'packet', h.packet,
        'record', json_build_object('number', r.number, 'kind', r.kind, 'name', r.name),
        'assignee', case when m.id is not null then json_build_object('name', m.name, 'email', m.email) end
    ) order by h.offered_at desc, h.id desc), '[]') as body
from (
    select h.* from handoffs_handoff h
    where h.workspace_id = %(workspace)s and /*{condition*/ h.assignee_id = %(assignee)s /*}*/
    order by h.offered_at desc, h.id desc
    limit %(size)s
) h
join handoffs_seam s on s.workspace_id = h.workspace_id and s.id = h.seam_id
join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
left join workspaces_member m on m.workspace_id = h.workspace_id and m.id = h.assignee_id
