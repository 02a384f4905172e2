-- List the active people of the workspace and whether each can act now: who is not away.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
-- columns:
--   id: the member
--   is_here: whether they are not away
--   rank: 0 for owners, then admins, managers and everybody else
--   joined_at: since when they are a member
--   acts_id: who acts for them now: themselves, or their deputy while they are away
select
    m.id,
    not away.is_so as is_here,
    case m.role when 'owner' then 0 when 'admin' then 1 when 'manager' then 2 else 3 end as rank,
    m.joined_at,
    case
        when away.is_so
            then (
                select d.deputy_id from workspaces_deputy d
                where d.workspace_id = %(workspace)s and d.member_id = m.id
            )
        else m.id
    end as acts_id
from workspaces_member m
cross join
    lateral (
        select
            exists(
                select from workspaces_timeoff o
                where
                    o.workspace_id = %(workspace)s and o.member_id = m.id
                    and o.starts_at <= %(at)s and o.ends_at > %(at)s
            ) as is_so
    ) away
where m.workspace_id = %(workspace)s and m.is_active and m.kind = 'person'
