-- Say who answers for these pools when nobody in them can.
--
-- parts:
--   people_here: who is here
--   pool_managers: the managers
-- columns:
--   pool_id: the pool
--   manager_id: the manager who is here
--   team_id: the manager's team
with people_here as materialized (/*{people_here*/ select m.id, m.name, m.email from workspaces_member m /*}*/),
managers as (/*{pool_managers*/ select p.id as pool_id, p.id as manager_id, p.id as team_id from handoffs_pool p /*}*/)
select
    pool_id,
    manager_id,
    team_id
from managers
where manager_id is not null
