-- Delete the oldest notices of each person of a workspace.
--
-- parameters:
--   workspace uuid: the tenant
--   before timestamptz: they are older
--   most int: at most so many of each person
delete from notices_notice n
using workspaces_member m
cross join
    lateral (
        select old.id
        from notices_notice old
        where old.workspace_id = m.workspace_id and old.member_id = m.id and old.at < %(before)s
        limit %(most)s
    ) old
where m.workspace_id = %(workspace)s and n.workspace_id = m.workspace_id and n.id = old.id
