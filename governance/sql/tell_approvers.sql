-- Tell everybody who may answer a change request that their approval is asked: active people with the role and a proved
-- address who wrote none of it (as `approvers_of` finds them).
--
-- parameters:
--   workspace uuid: the tenant
--   change uuid: the request
--   roles text[]: the roles that approve changes
--   by uuid: who submits it
--   at timestamptz: the moment
-- parts:
--   tell_people: the notices
with people_told as (
    select
        m.id as member_id,
        'to_approve' as kind,
        '#' || c.number || ' ' || c.title as title,
        '' as place,
        'change' as about,
        c.number,
        null::timestamptz as due_at,
        %(at)s::timestamptz as at,
        %(by)s::uuid as actor_id
    from governance_changerequest c
    join workspaces_member m on m.workspace_id = c.workspace_id
    join workspaces_user u on u.id = m.user_id
    where
        c.workspace_id = %(workspace)s and c.id = %(change)s and m.is_active and m.kind = 'person'
        and m.role = any(%(roles)s) and m.id is distinct from c.author_id
        and exists (select from account_emailaddress e where e.user_id = u.id and e.email = u.email and e.verified)
        and not exists (
            select from governance_authorship a
            where a.workspace_id = c.workspace_id and a.change_id = c.id and m.id in (a.person_id, a.principal_id)
        )
)
/*{tell_people*/ select * from people_told /*}*/
