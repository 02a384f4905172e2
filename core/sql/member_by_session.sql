-- Find who is signed in, in the workspace that was just entered.
--
-- parameters:
--   slug text: the workspace, as addresses call it
--   user uuid: the person
-- places:
--   workspace_columns: what is read of the workspace `w`
--   member_columns: what is read of the person's member `m`
-- columns:
--   workspace_id: the workspace, and all that is read of it
--   member_id: the member, and all that is read of them
--   unseen: how many notices they have not seen, as the bell says it; '' for none
--   is_proved: whether the person has proved the address of the account
select
    /*{workspace_columns*/ w.id as workspace_id /*}*/,
    /*{member_columns*/ m.id as member_id /*}*/,
    (
        select case count(*) when 0 then '' when 100 then '99+' else count(*)::text end
        from (
            select from notices_notice n
            where n.workspace_id = m.workspace_id and n.member_id = m.id and n.seen_at is null
            limit 100
        ) unseen_ones
    ) as unseen,
    exists(
        select from account_emailaddress e
        inner join workspaces_user u on u.id = e.user_id and u.email = e.email
        where e.user_id = m.user_id and e.verified
    ) as is_proved
from workspaces_workspace w
inner join workspaces_member m on m.workspace_id = w.id
where w.slug = %(slug)s and m.user_id = %(user)s and m.is_active
