-- Count what waits to be counted in the rotation of these pools, which is locked: gifts move a member's next turn on,
-- turns given back move it forward, at most so far back as `most_credit` turns. The pool's present time stays where the
-- last turn put it.
--
-- parameters:
--   workspace uuid: the tenant
--   pools uuid[]: the pools
--   round int: the virtual time of one turn at weight 1
--   most_credit int: how many turns given back count at most
--   at timestamptz: the moment
with settled as (
    update handoffs_turnmove
    set is_settled = true
    where workspace_id = %(workspace)s and pool_id = any(%(pools)s) and not is_settled
    returning pool_id, member_id, turns
),
moved as (
    select
        pool_id,
        member_id,
        sum(turns) as turns,
        count(*) filter (where turns > 0) as gifts,
        count(*) filter (where turns < 0) as given_back
    from settled
    group by pool_id, member_id
),
weighed as (
    select
        moved.*,
        case
            when ramp.day < ramp.days then %(round)s::bigint * ramp.days / (seats.weight * greatest(1, ramp.day))
            else %(round)s / seats.weight
        end as step,
        times.pool_time
    from moved
    join lateral (
        select max(s.weight) as weight
        from handoffs_pool p
        join workspaces_team t
            on t.workspace_id = p.workspace_id and t.function = p.function
            and (p.team_key = '' or t.key = p.team_key) and (p.region = '' or t.region = p.region)
        join workspaces_teamseat s
            on s.workspace_id = t.workspace_id and s.team_id = t.id and s.member_id = moved.member_id
        where p.workspace_id = %(workspace)s and p.id = moved.pool_id
    ) seats on true
    left join lateral (
        select
            c.ramp_days as days,
            (%(at)s at time zone c.time_zone)::date - c.starts_on + 1 as day
        from handoffs_capacity c
        where c.workspace_id = %(workspace)s and c.member_id = moved.member_id
    ) ramp on true
    join lateral (
        select max(coalesce(x.last_turn, x.virtual_time)) as pool_time
        from handoffs_rotation x
        where x.workspace_id = %(workspace)s and x.pool_id = moved.pool_id
    ) times on true
    where seats.weight is not null
)
update handoffs_rotation x
set
    virtual_time = greatest(x.virtual_time, weighed.pool_time - weighed.step - x.credit)
    + weighed.turns * weighed.step,
    last_turn = coalesce(x.last_turn, x.virtual_time),
    credit = least(greatest(0, x.credit - weighed.turns * weighed.step), %(most_credit)s * weighed.step),
    gifts = x.gifts + weighed.gifts,
    given_back = x.given_back + weighed.given_back
from weighed
where x.workspace_id = %(workspace)s and x.pool_id = weighed.pool_id and x.member_id = weighed.member_id;
