-- Take mails whose time has come: each counts as tried once more and is nobody else's until the lease ends.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
--   lease interval: how long they are ours
--   most int: at most so many
-- columns:
--   id: the mail
with claimed as materialized (
    select id from notices_noticedelivery
    where workspace_id = %(workspace)s and next_try_at <= %(at)s
    order by next_try_at
    limit %(most)s
    for no key update skip locked
)
update notices_noticedelivery d
set tries = tries + 1, next_try_at = %(at)s::timestamptz + %(lease)s
from claimed
where d.workspace_id = %(workspace)s and d.id = claimed.id
returning d.id
