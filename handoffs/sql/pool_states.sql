-- Describe who sits in pools whose rotation is locked: whoever is next in line first.
--
-- parameters:
--   workspace uuid: the tenant
-- parts:
--   people_here: who is here
--   candidates: who sits in the pools
-- columns:
--   pool_id: the pool
--   member_id: who sits in it
--   team_id: the team of their seat
--   weight: their share of the turns
--   cap: how many open handoffs they may have by now, by whichever of their caps leaves the least room
--   open_count: their open handoffs, 0 where they have no cap
--   credit: how far back turns given back may reach
--   key: who is next before it is a question of turns: the smallest
--   grows: by how much each handoff raises it
--   step: the virtual time of one turn of theirs
--   start: where their next turn begins
--   state: available, or why not
--   name: how they are called
--   skills: JSON, what they know
--   pool_time: the pool's present time
--   hours_id: the hours their clocks count, or null for the seam's
with people_here as materialized (
    /*{people_here*/ select m.id, m.name, m.email from workspaces_member m /*}*/
),
candidates as materialized (/*{candidates*/ select * from handoffs_rotation /*}*/)
select
    pool_id,
    candidates.member_id,
    candidates.team_id,
    weight,
    coalesce(open_count, 0) + room as cap,
    coalesce(open_count, 0) as open_count,
    credit::bigint as credit,
    key,
    grows,
    step::bigint as step,
    start::bigint as start,
    state,
    name,
    coalesce(skills, '[]') as skills,
    pool_time::bigint as pool_time,
    coalesce(own.hours_id, shared.hours_id) as hours_id
from candidates
left join handoffs_ownhours own on own.workspace_id = %(workspace)s and own.member_id = candidates.member_id
left join handoffs_ownhours shared on shared.workspace_id = %(workspace)s and shared.team_id = candidates.team_id
order by pool_id, state <> 'available', key, start + step, candidates.member_id
