-- Count as seen what somebody was told of and need no longer look at: each row of the statement's `moot` names what it
-- was about and which kinds of notices.
--
-- What its reader marks as seen in this moment, or what is being mailed, is left to them: waiting could be a circle.
--
-- parameters:
--   workspace uuid: the tenant
update notices_notice n
set seen_at = greatest(found.settled_at, n.at)
from (
    select
        unseen.id,
        moot.at as settled_at
    from moot
    join notices_notice unseen
        on unseen.about = moot.about and unseen.number = moot.number and unseen.kind = any(moot.kinds)
    where unseen.workspace_id = %(workspace)s and unseen.seen_at is null
    for no key update of unseen skip locked
) found
where n.workspace_id = %(workspace)s and n.id = found.id
