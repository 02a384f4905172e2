-- Note what a rule gave without a turn as one, in the first pool of the seam that counts gifts and in which its
-- receiver takes turns. The statement's `given`, `assigned` and `candidates` say what was given and who sits where.
--
-- parameters:
--   workspace uuid: the tenant
--   counting_pools uuid[]: the pools of the seam that count gifts as turns, in order
--   at timestamptz: the moment
insert into handoffs_turnmove (workspace_id, pool_id, member_id, handoff_id, assignment_id, turns, why, at)
select
    %(workspace)s,
    counting.pool_id,
    given.chosen_id,
    given.handoff_id,
    assigned.id,
    1,
    case given.target when 'member' then 'named' else 'owner' end,
    %(at)s
from given
join assigned on assigned.handoff_id = given.handoff_id
join lateral (
    select c.pool_id
    from unnest(%(counting_pools)s::uuid[]) with ordinality as asked (pool_id, place)
    join candidates c on c.pool_id = asked.pool_id and c.member_id = given.chosen_id
    order by asked.place
    limit 1
) counting on true
where given.cause = 'routed' and given.target <> 'pool'
