-- Say who answers for a pool when nobody in it can: the manager of its first team whose manager is among the
-- statement's `people_here`.
--
-- parameters:
--   workspace uuid: the tenant
--   pools uuid[]: the pools
-- columns:
--   pool_id: the pool
--   manager_id: the manager who is here, or null
--   team_id: the manager's team, or the pool's first
select distinct on (p.id)
    p.id as pool_id,
    people_here.id as manager_id,
    t.id as team_id
from handoffs_pool p
join workspaces_team t
    on t.workspace_id = p.workspace_id and t.function = p.function
    and (p.team_key = '' or t.key = p.team_key) and (p.region = '' or t.region = p.region)
left join people_here on people_here.id = t.manager_id
where p.workspace_id = %(workspace)s and p.id = any(%(pools)s)
order by p.id, people_here.id is null, t.key
