-- Find the first of the statement's `counted` records that would not go alone where the `turns` of its pool lead: turns
-- are worked out by what a pool gives itself, each from where its members began. It asks for whoever has the fewest
-- open after somebody of the pool's `candidates` got one from elsewhere; or one of those between whom it is a question
-- of turns has fallen behind by more than a turn, from where they would have come forward.
--
-- parameters:
--   fewest_open_pools uuid[]: the pools in which whoever has the fewest open is next
--   heaviest_pools uuid[]: the pools in which the greatest weight is next
--   firsts jsonb: by pool, the address of who is next before all others
-- columns:
--   rank: its place, or null
select min(rank) as rank
from (
    select counted.rank
    from counted
    join (
        select
            c.pool_id,
            min(beside.rank) as rank
        from candidates c
        join counted beside
            on beside.assignee_id = c.member_id
            and (beside.pool_id is distinct from c.pool_id or beside.target is distinct from 'pool')
        where c.pool_id = any(%(fewest_open_pools)s::uuid[])
        group by c.pool_id
    ) first on first.pool_id = counted.pool_id and counted.rank > first.rank
    where counted.target = 'pool'
    union all
    select counted.rank
    from (
        select
            stood.*,
            max(stood.key) filter (where stood.member_id = stood.taker_id) over (
                partition by stood.pool_id, stood.place
            ) as key_of_taker
        from (
            select
                t.pool_id,
                t.place,
                t.member_id as taker_id,
                c.member_id,
                c.key + c.grows * (count(*) filter (where t.member_id = c.member_id) over before) as key,
                c.start + c.step * (count(*) filter (where t.member_id = c.member_id) over before) as virtual_time,
                max(t.virtual_time) over before - c.step as comes_forward_to
            from turns t
            join candidates c on c.pool_id = t.pool_id and c.state = 'available'
            where
                t.pool_id = any(%(fewest_open_pools)s::uuid[] || %(heaviest_pools)s::uuid[])
                or %(firsts)s::jsonb ->> t.pool_id::text is not null
            window before as (
                partition by t.pool_id, c.member_id
                order by t.place
                rows between unbounded preceding and 1 preceding
            )
        ) stood
    ) behind
    join counted on counted.target = 'pool' and counted.pool_id = behind.pool_id and counted.place = behind.place
    where behind.comes_forward_to > behind.virtual_time and behind.key = behind.key_of_taker
) cut
