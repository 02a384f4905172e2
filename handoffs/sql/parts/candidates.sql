-- List who sits in these pools, once per pool and member with the most generous of their seats, whether they can take a
-- handoff, and where their next turn begins. The statement's `people_here` says who is here. Open handoffs are counted
-- no further than the cap, and not at all where nothing asks for them.
--
-- parameters:
--   workspace uuid: the tenant
--   pools uuid[]: the pools
--   barred uuid[]: who is not asked for these records
--   answering_roles text[]: the roles that may answer a handoff
--   round int: the virtual time of one turn at weight 1
--   fewest_open_pools uuid[]: the pools in which whoever has the fewest open is next
--   heaviest_pools uuid[]: the pools in which the greatest weight is next
-- columns:
--   pool_id: the pool
--   member_id: who sits in it
--   weight: their share of the turns
--   cap: how many open handoffs they take at most
--   team_id: the team of their seat
--   name: how they are called
--   step: the virtual time of one turn of theirs
--   pool_time: the pool's present time
--   open_count: their open handoffs, where they have a cap or it says who is next
--   credit: how far back turns given back may reach
--   key: who is next before it is a question of turns: the smallest
--   grows: by how much each handoff raises it
--   start: where their next turn begins
--   state: available, or why not
select
    seated.*,
    m.name,
    %(round)s / seated.weight as step,
    times.pool_time,
    held.open_count,
    rotation.credit,
    case
        when seated.pool_id = any(%(fewest_open_pools)s::uuid[]) then held.open_count
        when seated.pool_id = any(%(heaviest_pools)s::uuid[]) then -seated.weight
        else 0
    end as key,
    case when seated.pool_id = any(%(fewest_open_pools)s::uuid[]) then 1 else 0 end as grows,
    greatest(rotation.virtual_time, times.pool_time - %(round)s / seated.weight - rotation.credit) as start,
    case
        when not m.is_active then 'inactive'
        when not (m.kind = 'person' and m.role = any(%(answering_roles)s)) then 'may not answer'
        when m.id = any(%(barred)s::uuid[]) then 'returned'
        when people_here.id is null then 'away'
        when held.open_count >= seated.cap then 'full'
        else 'available'
    end as state
from (
    select
        p.id as pool_id,
        s.member_id,
        max(s.weight) as weight,
        case when bool_or(s.cap is null) then null else max(s.cap) end as cap,
        (array_agg(t.id order by t.key))[1] as team_id
    from handoffs_pool p
    join workspaces_team t
        on t.workspace_id = p.workspace_id and t.function = p.function
        and (p.team_key = '' or t.key = p.team_key) and (p.region = '' or t.region = p.region)
    join workspaces_teamseat s on s.workspace_id = t.workspace_id and s.team_id = t.id
    where p.workspace_id = %(workspace)s and p.id = any(%(pools)s)
    group by p.id, s.member_id
) seated
join (
    select
        pool_id,
        max(coalesce(last_turn, virtual_time)) as pool_time
    from handoffs_rotation
    where workspace_id = %(workspace)s and pool_id = any(%(pools)s)
    group by pool_id
) times using (pool_id)
join handoffs_rotation rotation
    on rotation.workspace_id = %(workspace)s and rotation.pool_id = seated.pool_id
    and rotation.member_id = seated.member_id
join workspaces_member m on m.workspace_id = %(workspace)s and m.id = seated.member_id
left join people_here on people_here.id = m.id
left join lateral (
    select count(*) as open_count
    from (
        select from handoffs_handoff h
        where h.workspace_id = %(workspace)s and h.assignee_id = m.id and h.state = 'offered'
        limit seated.cap
    ) open
    where seated.cap is not null or seated.pool_id = any(%(fewest_open_pools)s::uuid[])
) held on true
