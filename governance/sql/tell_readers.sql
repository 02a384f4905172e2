-- Tell everybody who reads what a version changes: active people whose role confirms it.
--
-- parameters:
--   workspace uuid: the tenant
--   number int: the version
--   title text: what it changes
--   roles text[]: the roles that confirm it
--   by uuid: who publishes it, or null
--   at timestamptz: the moment
-- parts:
--   tell_people: the notices
with people_told as (
    select
        m.id as member_id,
        'to_read' as kind,
        'Version ' || %(number)s || ': ' || %(title)s as title,
        '' as place,
        'version' as about,
        %(number)s::bigint as number,
        null::timestamptz as due_at,
        %(at)s::timestamptz as at,
        %(by)s::uuid as actor_id
    from workspaces_member m
    where m.workspace_id = %(workspace)s and m.is_active and m.kind = 'person' and m.role = any(%(roles)s)
)
/*{tell_people*/ select * from people_told /*}*/
