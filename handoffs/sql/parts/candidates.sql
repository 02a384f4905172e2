-- List who sits in these pools, once per pool and member with the most generous of their seats, whether they can take a
-- handoff, and where their next turn begins. The statement's `people_here` says who is here. A newcomer's turns cost
-- more until their weight has grown.
--
-- parameters:
--   workspace uuid: the tenant
--   pools uuid[]: the pools
--   barred uuid[]: who is not asked for these records
--   answering_roles text[]: the roles that may answer a handoff
--   round int: the virtual time of one turn at weight 1
--   fewest_open_pools uuid[]: the pools in which whoever has the fewest open is next
--   heaviest_pools uuid[]: the pools in which the greatest weight is next
--   firsts jsonb: by pool, the address of who is next before all others
--   needs jsonb: by pool, the skills that who receives these records has
-- parts:
--   room: how many more each takes
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
--   room: how many more they take, or null
--   skills: what they know, or null
--   credit: how far back turns given back may reach
--   key: who is next before it is a question of turns: the smallest
--   grows: by how much each handoff raises it
--   start: where their next turn begins
--   state: available, or why not
select
    seated.*,
    m.name,
    paced.step,
    times.pool_time,
    room.open_count,
    room.room,
    room.skills,
    rotation.credit,
    case
        when seated.pool_id = any(%(fewest_open_pools)s::uuid[]) then room.open_count
        when seated.pool_id = any(%(heaviest_pools)s::uuid[]) then -seated.weight
        when m.email = %(firsts)s::jsonb ->> seated.pool_id::text then -1
        else 0
    end as key,
    case when seated.pool_id = any(%(fewest_open_pools)s::uuid[]) then 1 else 0 end as grows,
    greatest(rotation.virtual_time, times.pool_time - paced.step - rotation.credit) as start,
    case
        when not m.is_active then 'inactive'
        when not (m.kind = 'person' and m.role = any(%(answering_roles)s)) then 'may not answer'
        when m.id = any(%(barred)s::uuid[]) then 'returned'
        when not coalesce(room.skills, '[]') @> coalesce(%(needs)s::jsonb -> seated.pool_id::text, '[]') then 'lacking'
        when people_here.id is null then 'away'
        when room.ramp_day < 1 then 'not begun'
        else coalesce(room.why_full, 'available')
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
cross join
    lateral (
        select
            seated.member_id,
            seated.cap,
            seated.pool_id = any(%(fewest_open_pools)s::uuid[]) as is_counted
    ) taker
cross join
    lateral (
        /*{room*/
        select
            seated.cap as open_count,
            seated.cap as room,
            '' as why_full,
            '[]'::jsonb as skills,
            seated.weight as ramp_days,
            seated.weight as ramp_day
    /*}*/
    ) room
cross join lateral (
    select
        case
            when room.ramp_day < room.ramp_days
                then %(round)s::bigint * room.ramp_days / (seated.weight * greatest(1, room.ramp_day))
            else %(round)s / seated.weight
        end as step
) paced
