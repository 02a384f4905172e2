-- Give everybody with a seat in these pools a row in the rotation, a newcomer at the pool's present time.
--
-- parameters:
--   workspace uuid: the tenant
--   pools uuid[]: the pools
insert into handoffs_rotation (workspace_id, pool_id, member_id, virtual_time)
select distinct
    p.workspace_id,
    p.id,
    s.member_id,
    coalesce(
        (
            select max(coalesce(x.last_turn, x.virtual_time)) from handoffs_rotation x
            where x.workspace_id = p.workspace_id and x.pool_id = p.id
        ),
        0
    )
from handoffs_pool p
join workspaces_team t
    on t.workspace_id = p.workspace_id and t.function = p.function
    and (p.team_key = '' or t.key = p.team_key) and (p.region = '' or t.region = p.region)
join workspaces_teamseat s on s.workspace_id = t.workspace_id and s.team_id = t.id
where
    p.workspace_id = %(workspace)s and p.id = any(%(pools)s)
    and not exists (
        select from handoffs_rotation x
        where x.workspace_id = p.workspace_id and x.pool_id = p.id and x.member_id = s.member_id
    )
order by p.id, s.member_id
on conflict (workspace_id, pool_id, member_id) do nothing
