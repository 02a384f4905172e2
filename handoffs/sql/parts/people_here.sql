-- List who is here: active and not away, whose role may answer a handoff, and who is not barred from these records. To
-- anybody else it would be given in vain.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
--   barred uuid[]: who is not asked for these records
--   answering_roles text[]: the roles that may answer a handoff
-- columns:
--   id: the member
--   name: how they are called
--   email: their address
select
    m.id,
    m.name,
    m.email
from workspaces_member m
where
    m.workspace_id = %(workspace)s and m.is_active and m.kind = 'person'
    and m.role = any(%(answering_roles)s) and m.id <> all(%(barred)s::uuid[])
    and not exists (
        select from workspaces_timeoff o
        where
            o.workspace_id = m.workspace_id and o.member_id = m.id
            and o.starts_at <= %(at)s and o.ends_at > %(at)s
    )
