-- Tell for one pool who takes turns, what each was given, and how far they are from the turn that is due to them: in
-- turns of their own, less than nothing where one is owed. What waits to be settled is counted in, as far as it will
-- be. Whoever is next comes first, as the pool is asked.
--
-- parameters:
--   workspace uuid: the tenant
--   most_credit int: how many turns given back count at most
-- parts:
--   people_here: who is here
--   candidates: who sits in the pools
-- columns:
--   name: how they are called
--   weight: their share of the turns
--   state: available, or why not
--   cap: how many open handoffs they take at most
--   given: turns they took
--   gifts: handoffs that counted as turns
--   given_back: turns that were given back
--   ahead: how many turns ahead of the pool they are
with people_here as materialized (
    /*{people_here*/ select m.id, m.name, m.email from workspaces_member m /*}*/
),
candidates as materialized (/*{candidates*/ select * from handoffs_rotation /*}*/),
waiting as (
    select
        pool_id,
        member_id,
        sum(turns) as turns,
        count(*) filter (where turns > 0) as gifts,
        count(*) filter (where turns < 0) as given_back
    from handoffs_turnmove
    where workspace_id = %(workspace)s and pool_id in (select pool_id from candidates) and not is_settled
    group by pool_id, member_id
)
select
    candidates.name,
    candidates.weight,
    candidates.state,
    candidates.cap,
    rotation.given,
    rotation.gifts + coalesce(waiting.gifts, 0) as gifts,
    rotation.given_back + coalesce(waiting.given_back, 0) as given_back,
    (settled.start - candidates.pool_time) / candidates.step as ahead
from candidates
join handoffs_rotation rotation
    on rotation.workspace_id = %(workspace)s and rotation.pool_id = candidates.pool_id
    and rotation.member_id = candidates.member_id
left join waiting on waiting.pool_id = candidates.pool_id and waiting.member_id = candidates.member_id
cross join lateral (select coalesce(waiting.turns, 0) * candidates.step as moved) owed
cross join
    lateral (
        select
            greatest(
                candidates.start + owed.moved,
                candidates.pool_time - candidates.step - least(
                    greatest(0, candidates.credit - owed.moved), %(most_credit)s * candidates.step
                )
            ) as start
    ) settled
order by
    candidates.state <> 'available', candidates.key, settled.start + candidates.step, candidates.member_id
