-- Let what people had not read be news again, which was counted as seen by a deed that is undone: each row of the
-- statement's `renewed` names whom, what it was about by which number and by which it is now, which kinds of notices,
-- since when it counts as seen, and from when on they may have been told.
--
-- The latest notices of each person are walked over, for there is no index of those that were read.
--
-- parameters:
--   workspace uuid: the tenant
update notices_notice n
set seen_at = null, number = case when n.number is not null then renewed.new_number end
from renewed
join (
    select read.*
    from (
        select
            member_id,
            since,
            min(told_from) as told_from
        from renewed
        group by member_id, since
    ) whose
    cross join
        lateral (
            select
                told.id,
                told.member_id,
                told.seen_at,
                told.about,
                told.kind,
                told.number
            from notices_notice told
            where
                told.workspace_id = %(workspace)s and told.member_id = whose.member_id
                and told.at >= whose.told_from and told.seen_at = whose.since
            offset 0
        ) read
) unread
    on
    renewed.member_id = unread.member_id and renewed.since = unread.seen_at and renewed.about = unread.about
    and unread.kind = any(renewed.kinds) and (renewed.number = unread.number or unread.number is null)
where n.workspace_id = %(workspace)s and n.id = unread.id
