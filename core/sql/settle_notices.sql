-- Count as seen what somebody was told of some things and need no longer look at.
--
-- parameters:
--   abouts text[]: what it was about
--   numbers bigint[]: which one of it
--   kinds text[]: the kinds of notices
--   at timestamptz: the moment
-- parts:
--   moot_notices: the notices
with moot as (
    select
        about,
        number,
        %(kinds)s::text[] as kinds,
        %(at)s::timestamptz as at
    from unnest(%(abouts)s::text[], %(numbers)s::bigint[]) as asked (about, number)
)
/*{moot_notices*/ select * from moot /*}*/
