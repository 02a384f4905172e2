-- Give out the next turn of each pool among the statement's `candidates`: what `turns.sql` gives where one is asked.
--
-- columns:
--   pool_id: the pool
--   member_id: whose turn it is
--   team_id: the team of their seat
--   virtual_time: the virtual time of the turn
--   step: the virtual time it costs
--   room: how many more they take, or null
--   place: the place of the turn in its pool, always the first
select distinct on (c.pool_id)
    c.pool_id,
    c.member_id,
    c.team_id,
    c.start + c.step as virtual_time,
    c.step,
    c.room,
    1 as place
from candidates c
where c.state = 'available'
order by c.pool_id, c.key, c.start + c.step, c.member_id
