-- Count as seen what somebody was told of and need no longer look at: each row of the statement's `moot` names what it
-- was about and which kinds of notices; each row of `several`, one of several things, by its id.
--
-- What its reader marks as seen in this moment, or what is being mailed, is left to them: waiting could be a circle.
-- Each row of `moot` is looked up by itself, and what is found is changed by its id, whatever the planner believes of
-- the size of the table: joined as a whole it went over all unseen notices for each unseen notice.
--
-- parameters:
--   workspace uuid: the tenant
update notices_notice n
set seen_at = greatest((select max(at) from moot), n.at)
where
    n.workspace_id = %(workspace)s
    and n.id = any(array(
        select unseen.id
        from moot
        cross join
            lateral (
                select id from notices_notice
                where
                    workspace_id = %(workspace)s and about = moot.about and number = moot.number
                    and kind = any(moot.kinds) and seen_at is null
                for no key update skip locked
            ) unseen
        union all
        select id from several
    ))
