-- Find whom the rung `step` of a handoff `h` names who is here, first who goes before the others; nobody where it names
-- nobody. `s` is the handoff's seam and `t` its team; the statement's `people` are those who may be named. Nobody has a
-- task over themselves, unless it is for whoever has it.
--
-- columns:
--   id: the member
--   place: 1 for the first of them
select
    p.id,
    row_number() over (order by p.rank, p.joined_at, p.id) as place
from people p
join workspaces_member m on m.workspace_id = h.workspace_id and m.id = p.id
where
    step.rung ->> 'target' is not null and p.is_here
    and case step.rung ->> 'target'
        when 'assignee' then p.id = h.assignee_id
        when 'manager' then p.id = (select boss.acts_id from people boss where boss.id = t.manager_id)
        when 'deputy'
            then p.id = (
                    select d.deputy_id from workspaces_deputy d
                    where d.workspace_id = h.workspace_id and d.member_id = h.assignee_id
                )
        when 'owner' then p.id = (select owner.acts_id from people owner where owner.id = s.owner_id)
        when 'person' then m.email = step.rung ->> 'person'
        when 'role' then m.role = step.rung ->> 'role'
    end
    and (
        step.action not in ('task', 'raise') or step.rung ->> 'target' = 'assignee'
        or p.id is distinct from h.assignee_id
    )
