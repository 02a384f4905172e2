-- List who receives at a seam: who sits in a team of its receiving side, or manages one.
--
-- parameters:
--   workspace uuid: the tenant
-- places:
--   side: the function of those teams
-- columns:
--   member_id: who receives
select s.member_id
from workspaces_teamseat s
join workspaces_team t on t.workspace_id = s.workspace_id and t.id = s.team_id
where s.workspace_id = %(workspace)s and t.function = /*{side*/ 'sales' /*}*/
union all
select t.manager_id
from workspaces_team t
where t.workspace_id = %(workspace)s and t.manager_id is not null and t.function = /*{side*/ 'sales' /*}*/
