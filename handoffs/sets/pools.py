"""The state of pools as SQL: who sits in them, who is available, and whose turn comes when."""

from handoffs.rules.routing import ROUND
from handoffs.sets.routing import HERE, MAY_ANSWER

# Everybody with a seat gets a row in the rotation, a newcomer at the pool's present time; then the rows are locked, in
# one order, so that two batches take turns. Statements of their own: the next one sees what was committed meanwhile.
LOCK_ROTATION = """
insert into handoffs_rotation (workspace_id, pool_id, member_id, virtual_time)
select distinct p.workspace_id, p.id, s.member_id, coalesce((
    select max(x.virtual_time) from handoffs_rotation x where x.workspace_id = p.workspace_id and x.pool_id = p.id), 0)
from handoffs_pool p {seats}
where p.workspace_id = %(workspace)s and p.id = any(%(pools)s) and not exists (
    select from handoffs_rotation x
    where x.workspace_id = p.workspace_id and x.pool_id = p.id and x.member_id = s.member_id)
order by p.id, s.member_id
on conflict (workspace_id, pool_id, member_id) do nothing;
select from handoffs_rotation where workspace_id = %(workspace)s and pool_id = any(%(pools)s)
order by pool_id, member_id for update;
"""

SEATS = """
    join workspaces_team t on t.workspace_id = p.workspace_id and t.function = p.function
        and (p.team_key = '' or t.key = p.team_key) and (p.region = '' or t.region = p.region)
    join workspaces_teamseat s on s.workspace_id = t.workspace_id and s.team_id = t.id
"""

LOCK = LOCK_ROTATION.format(seats=SEATS)

# `seated`: one row per pool and member, the most generous of their seats. `candidates`: with their state and start.
# Open handoffs are counted for members with a cap only, and no further than the cap.
CANDIDATES = f"""
here as materialized ({HERE}),
seated as (
    select p.id as pool_id, s.member_id, max(s.weight) as weight,
        case when bool_or(s.cap is null) then null else max(s.cap) end as cap,
        (array_agg(t.id order by t.key))[1] as team_id
    from handoffs_pool p {SEATS}
    where p.workspace_id = %(workspace)s and p.id = any(%(pools)s)
    group by 1, 2),
times as (
    select pool_id, max(virtual_time) as pool_time from handoffs_rotation
    where workspace_id = %(workspace)s and pool_id = any(%(pools)s) group by 1),
candidates as materialized (
    select seated.*, m.name, {ROUND} / seated.weight as step, times.pool_time, held.open_count,
        greatest(rotation.virtual_time, times.pool_time - {ROUND} / seated.weight) as start,
        case when not m.is_active then 'inactive' when not ({MAY_ANSWER}) then 'may not answer'
            when m.id = any(%(barred)s::uuid[]) then 'returned'
            when here.id is null then 'away'
            when held.open_count >= seated.cap then 'full' else 'available' end as state
    from seated
    join times using (pool_id)
    join handoffs_rotation rotation on rotation.workspace_id = %(workspace)s
        and rotation.pool_id = seated.pool_id and rotation.member_id = seated.member_id
    join workspaces_member m on m.workspace_id = %(workspace)s and m.id = seated.member_id
    left join here on here.id = m.id
    left join lateral (
        select count(*) as open_count from (
            select from handoffs_handoff h
            where h.workspace_id = %(workspace)s and h.assignee_id = m.id and h.state = 'offered'
            limit seated.cap) open
        where seated.cap is not null) held on true)
"""

# The first turns of each pool, as many as `wanted` (pool_id, wanted) asks for. Everybody without a cap has at least
# wanted / rate turns before `pool_time + (wanted + members) / rate`, so no turn after that is among the first.
TURNS = """
pace as (
    select pool_id, wanted, max(pool_time) + (wanted + count(*)) / sum(1.0 / step) filter (where cap is null) as until
    from candidates join wanted using (pool_id) where state = 'available' group by pool_id, wanted),
turns as (
    select c.pool_id, c.member_id, c.team_id, c.start + turn * c.step as virtual_time,
        row_number() over (partition by c.pool_id order by c.start + turn * c.step, c.member_id) as place
    from candidates c
    join pace using (pool_id)
    cross join lateral generate_series(1, least(
        pace.wanted, c.cap - c.open_count, ceil((pace.until - c.start) / c.step)::bigint)) turn
    where c.state = 'available')
"""

# The pools' state as a trace keeps it: whoever was next in line first, a long list cut short.
SHOWN = 20
POOL_TRACES = f"""
pool_traces as (
    select pool_id, count(*) as seats, jsonb_agg(jsonb_build_object(
        'member', member_id, 'name', name, 'state', state, 'turn', (start + step)::bigint, 'weight', weight,
        'open', case when cap is not null then open_count end, 'cap', cap)
        order by state <> 'available', start + step, member_id) filter (where place <= {SHOWN}) as candidates
    from (select *, row_number() over (partition by pool_id order by state <> 'available', start + step, member_id)
          as place from candidates) ranked
    group by pool_id)
"""

# Who answers for a pool when nobody in it can: the manager of its first team whose manager is here.
FALLBACKS = """
fallbacks as (
    select distinct on (p.id) p.id as pool_id, here.id as manager_id, t.id as team_id
    from handoffs_pool p
    join workspaces_team t on t.workspace_id = p.workspace_id and t.function = p.function
        and (p.team_key = '' or t.key = p.team_key) and (p.region = '' or t.region = p.region)
    left join here on here.id = t.manager_id
    where p.workspace_id = %(workspace)s and p.id = any(%(pools)s)
    order by p.id, here.id is null, t.key)
"""
