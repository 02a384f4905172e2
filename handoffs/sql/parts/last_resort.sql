-- Find who has what no pool and no rule can take: who is here, then the owner of the seam, then the highest role.
--
-- parameters:
--   workspace uuid: the tenant
--   answering_roles text[]: the roles that may answer a handoff
--   seam_owner text: the address of who owns the seam
-- columns:
--   id: the member
select m.id
from workspaces_member m
where
    m.workspace_id = %(workspace)s and m.is_active and m.kind = 'person'
    and m.role = any(%(answering_roles)s)
order by
    m.id not in (select id from people_here),
    m.email <> %(seam_owner)s,
    case m.role when 'owner' then 0 when 'admin' then 1 else 2 end,
    m.joined_at
limit 1
