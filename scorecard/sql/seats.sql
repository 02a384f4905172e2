-- List who sits and sat where, each with their seats in order.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   member_id: the member
--   name: how they are called
--   team_id: the team of the seat, or null
--   team: its name
--   region: its region then
--   manager: the name of its manager then
--   since: since when; null for as long as we know
--   until: until when; null where they still sit there
select
    m.id as member_id,
    m.name,
    s.team_id,
    t.name as team,
    s.region,
    coalesce(manager.name, '') as manager,
    s.since,
    s.until
from workspaces_member m
left join (
    select
        present.id,
        present.workspace_id,
        present.member_id,
        present.team_id,
        team.region,
        team.manager_id,
        present.since,
        null::timestamptz as until
    from workspaces_teamseat present
    join workspaces_team team on team.workspace_id = present.workspace_id and team.id = present.team_id
    union all
    select
        id,
        workspace_id,
        member_id,
        team_id,
        region,
        manager_id,
        since,
        until
    from workspaces_pastseat
) s on s.workspace_id = m.workspace_id and s.member_id = m.id
left join workspaces_team t on t.workspace_id = m.workspace_id and t.id = s.team_id
left join workspaces_member manager on manager.workspace_id = m.workspace_id and manager.id = s.manager_id
where m.workspace_id = %(workspace)s
order by m.id, s.until is not null, s.id
