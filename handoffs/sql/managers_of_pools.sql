-- Say who answers for these pools when nobody in them can.
--
-- parameters:
--   workspace uuid: the tenant
-- parts:
--   people_here: who is here
--   pool_managers: the managers
-- columns:
--   pool_id: the pool
--   manager_id: the manager who is here
--   team_id: the manager's team
--   hours_id: the hours the manager's clocks count, or null for the seam's
with people_here as materialized (/*{people_here*/ select m.id, m.name, m.email from workspaces_member m /*}*/),
managers as (/*{pool_managers*/ select p.id as pool_id, p.id as manager_id, p.id as team_id from handoffs_pool p /*}*/)
select
    managers.pool_id,
    managers.manager_id,
    managers.team_id,
    coalesce(own.hours_id, shared.hours_id) as hours_id
from managers
left join handoffs_ownhours own on own.workspace_id = %(workspace)s and own.member_id = managers.manager_id
left join handoffs_ownhours shared on shared.workspace_id = %(workspace)s and shared.team_id = managers.team_id
where managers.manager_id is not null
