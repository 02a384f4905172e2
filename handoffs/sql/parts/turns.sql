-- Give out the first turns of each pool, as many as the statement's `wanted (pool_id, amount)` asks for, among its
-- `candidates`. Everybody whose room has no bound has at least amount / rate turns before `latest start + (amount +
-- members) / rate`, so no turn after that is among the first; where the pool is not asked in turns, that is no bound.
--
-- columns:
--   pool_id: the pool
--   member_id: whose turn it is
--   team_id: the team of their seat
--   virtual_time: the virtual time of the turn
--   step: the virtual time it costs
--   room: how many more they take, or null
--   place: the place of the turn in its pool, from 1
with pace as (
    select
        candidates.pool_id,
        wanted.amount,
        max(greatest(candidates.pool_time, candidates.start))
        + (wanted.amount + count(*)) / sum(1.0 / candidates.step) filter (where candidates.room is null) as until
    from candidates
    join wanted on wanted.pool_id = candidates.pool_id
    where candidates.state = 'available'
    group by candidates.pool_id, wanted.amount
)
select
    c.pool_id,
    c.member_id,
    c.team_id,
    c.start + turn * c.step as virtual_time,
    c.step,
    c.room,
    row_number() over (
        partition by c.pool_id
        order by c.key + turn * c.grows, c.start + turn * c.step, c.member_id
    ) as place
from candidates c
join pace on pace.pool_id = c.pool_id
cross join
    generate_series(
        1,
        least(
            pace.amount,
            c.room,
            case when c.key = 0 and c.grows = 0 then ceil((pace.until - c.start) / c.step)::bigint end
        )
    ) turn
where c.state = 'available'
