-- Tell people of one thing.
--
-- parameters:
--   members uuid[]: whom
--   kind text: why
--   title text: what it is
--   about text: what kind of thing it is
--   number bigint: its number
--   due timestamptz: by when something is to be done, or null
--   actor uuid: whose doing it is, or null
--   at timestamptz: the moment
-- parts:
--   tell_people: the writing
with people_told as (
    select
        asked.member_id,
        %(kind)s as kind,
        %(title)s as title,
        %(about)s as about,
        %(number)s::bigint as number,
        '' as place,
        %(due)s::timestamptz as due_at,
        %(at)s::timestamptz as at,
        %(actor)s::uuid as actor_id
    from unnest(%(members)s::uuid[]) as asked (member_id)
)
/*{tell_people*/ select * from people_told /*}*/
