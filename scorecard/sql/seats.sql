-- List who sits where, each with their seats in order.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   member_id: the member
--   name: how they are called
--   team_id: the team of the seat, or null
--   team: its name
--   region: its region
--   manager: the name of its manager
select
    m.id as member_id,
    m.name,
    s.team_id,
    t.name as team,
    t.region,
    coalesce(manager.name, '') as manager
from workspaces_member m
left join workspaces_teamseat s on s.workspace_id = m.workspace_id and s.member_id = m.id
left join workspaces_team t on t.workspace_id = m.workspace_id and t.id = s.team_id
left join workspaces_member manager on manager.workspace_id = m.workspace_id and manager.id = t.manager_id
where m.workspace_id = %(workspace)s
order by m.id, s.id
