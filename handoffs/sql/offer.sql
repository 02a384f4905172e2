-- Offer records across a seam: routing, turns, due times, assignments and events.
--
-- The records drive every join, each found by its key (the limits keep it so): the cost is theirs alone, also in the
-- first minutes of a table that was never analysed.
--
-- A cap is about everything a person has. Turns of two pools and what a rule gives without a turn are worked out each
-- by itself, so they may give somebody more than they have room for, or not to whom has the fewest open: from the first
-- such record on nothing is offered, and whoever calls asks again for the rest. Until there, each went where it would
-- have gone alone.
--
-- So does the first record whose receiver has hours of their own that the caller did not work out times for: the hours
-- are told, and whoever calls asks again with theirs.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: the locked records; those already open on this seam are left alone
--   seam uuid: the seam
--   at timestamptz: the moment
--   waiting_pools uuid[]: the pools whose records wait for somebody with room
--   needs jsonb: by pool, the skills that who receives these records has
--   is_best_first bool: whether the record with the highest score is given first
-- places:
--   turns: whose turn it is, by `turns.sql` or, for a single record, `one_turn.sql`
--   out_of_step: the first record of several that asks a pool for who has the fewest open, after its people got others
-- parts:
--   seam_rules: the rules of the seam
--   arriving_records: the records that are offered
--   direct_receivers: whom rules reach without a turn
--   chosen_rules: the rule that takes each
--   last_resort: who has what nobody else can take
--   allowed_times: how long they have, in whose hours
--   offer_handoffs: the handoffs
--   first_assignments: who was given them, and why
--   owner_gifts: what counts as a turn though nobody took it
--   first_clocks: how long they have
--   offered_events: what the timeline tells
--   offered_notices: whom it is told
--   tell_people: the notices
--   people_here: who is here
--   candidates: who sits in the pools
--   pool_traces: the pools as a trace keeps them
--   pool_managers: who answers for a pool
--   take_numbers: numbers of the handoffs
--   log_events: the events
--   calm: the planner's own mind
-- columns:
--   handoff_id: the new handoff
--   number: its number; where it is not offered for now, the place it has among the rest
--   record_id: its record
--   assignee_id: who has it, or null where it waits in a queue
--   not_before: where it is not offered yet: when the record was last written, if that is after the moment; or the
--     moment, if somebody has no room left for it
--   hours_id: the hours that times are asked for, of a record that is not offered yet
with people_here as materialized (/*{people_here*/ select m.id, m.name, m.email from workspaces_member m /*}*/),
candidates as materialized (/*{candidates*/ select * from handoffs_rotation /*}*/),
listed_rules as materialized (/*{seam_rules*/ select 1 as place /*}*/),
open_already as materialized (
    select h.record_id from handoffs_handoff h
    where
        h.workspace_id = %(workspace)s and h.seam_id = %(seam)s and h.state = 'offered'
        and h.record_id = any(%(records)s)
),
found as materialized (/*{arriving_records*/ select * from open_already /*}*/),
arrivals as (
    select
        found.*,
        row_number() over (order by case when %(is_best_first)s then -found.score end, found.number) as rank
    from found
    where found.updated_at <= %(at)s
),
receivers as materialized (/*{direct_receivers*/ select * from listed_rules /*}*/),
rules as materialized (
    select
        listed_rules.*,
        receivers.state as named_state,
        receivers.room as named_room,
        case
            when not exists (
                    select from candidates c
                    where
                        c.pool_id = listed_rules.pool_id and c.state not in ('inactive', 'may not answer', 'lacking')
                ) then %(needs)s::jsonb -> listed_rules.pool_id::text is not null
        end as is_lacking
    from listed_rules
    left join receivers on receivers.id = listed_rules.named_id
),
judged as (
    select
        arrivals.*,
        account_owner.state as account_owner_state,
        account_owner.room as account_owner_room,
        record_owner.state as record_owner_state,
        record_owner.room as record_owner_room
    from arrivals
    left join receivers account_owner on account_owner.id = arrivals.account_owner_id
    left join receivers record_owner on record_owner.id = arrivals.record_owner_id
),
placed as materialized (/*{chosen_rules*/ select * from judged /*}*/),
wanted as (
    select
        pool_id,
        count(*) as amount
    from placed
    where target = 'pool' and pool_id is not null
    group by pool_id
),
turns as (
    /*{turns*/
    select
        pool_id,
        member_id,
        team_id,
        start as virtual_time,
        step,
        room,
        1 as place
    from candidates
    /*}*/
),
pool_traces as (/*{pool_traces*/ select * from candidates /*}*/),
pool_managers as (/*{pool_managers*/ select * from candidates /*}*/),
last_resort as materialized (/*{last_resort*/ select id from people_here /*}*/),
routed as materialized (
    select
        placed.*,
        turns.virtual_time,
        turns.step,
        turns.team_id as turn_team_id,
        pool_managers.team_id as pool_team_id,
        case when placed.pool_id <> all(%(waiting_pools)s::uuid[]) then pool_managers.manager_id end as manager_id,
        case placed.target
            when 'named_account' then placed.account_owner_id
            when 'account_owner' then placed.account_owner_id
            when 'record_owner' then placed.record_owner_id
            when 'member' then placed.named_id
            when 'pool' then turns.member_id
        end as chosen_id,
        case placed.target
            when 'named_account' then placed.account_owner_room
            when 'account_owner' then placed.account_owner_room
            when 'record_owner' then placed.record_owner_room
            when 'member' then placed.named_room
            when 'pool' then turns.room
        end as room
    from placed
    left join turns on placed.target = 'pool' and turns.pool_id = placed.pool_id and turns.place = placed.place
    left join pool_managers on pool_managers.pool_id = placed.pool_id
),
received as (
    select
        routed.*,
        coalesce(
            chosen_id, manager_id, case when pool_id is null then (select id from last_resort) end
        ) as assignee_id,
        case
            when chosen_id is not null then 'routed'
            when manager_id is not null then 'fallback'
            when pool_id is not null then 'queue'
            else 'fallback'
        end as cause
    from routed
),
timed as (/*{allowed_times*/ select * from received /*}*/),
counted as materialized (
    select
        timed.*,
        row_number() over (partition by timed.assignee_id order by timed.rank) as nth
    from timed
),
out_of_step as (/*{out_of_step*/ select 1 as rank /*}*/),
full_up as (
    select
        least(
            (select min(rank) from counted where (cause = 'routed' and nth > room) or due is null),
            (select rank from out_of_step)
        ) as rank
),
dealt as materialized (
    select
        counted.*,
        row_number() over (order by counted.rank) as given_place
    from counted
    cross join full_up
    where full_up.rank is null or counted.rank < full_up.rank
),
-- Ids drawn within one microsecond have no order of their own, and lists of one moment go by them: they are dealt out
-- in the order of the numbers.
drawn as materialized (
    select array_agg(fresh.id order by fresh.id) as ids
    from (select new_id() as id from dealt) fresh
),
given as materialized (
    select
        dealt.*,
        drawn.ids[dealt.given_place] as handoff_id
    from dealt
    cross join drawn
),
wanted_numbers (noun, amount) as (select 'handoff', count(*) from given),
numbers as (/*{take_numbers*/ select 'handoff' as noun, 1 as value /*}*/),
offered as (/*{offer_handoffs*/ select * from given /*}*/),
assigned as (/*{first_assignments*/ select * from given /*}*/),
gifts as (/*{owner_gifts*/ select * from assigned /*}*/),
clocks as (/*{first_clocks*/ select * from given /*}*/),
taken as (
    select
        pool_id,
        chosen_id as member_id,
        max(virtual_time) as virtual_time,
        sum(step) as spent,
        count(*) as given
    from given
    where virtual_time is not null
    group by pool_id, chosen_id
),
turned as (
    update handoffs_rotation x
    set
        virtual_time = taken.virtual_time, last_turn = taken.virtual_time, given = x.given + taken.given,
        credit = greatest(0, x.credit - taken.spent)
    from taken
    where x.workspace_id = %(workspace)s and x.pool_id = taken.pool_id and x.member_id = taken.member_id
),
events as (/*{offered_events*/ select * from given /*}*/),
logged as (/*{log_events*/ select * from events /*}*/),
people_told as (/*{offered_notices*/ select * from given /*}*/),
told as (/*{tell_people*/ select * from people_told /*}*/),
calm as materialized (/*{calm*/ select '' as seqscan /*}*/)
select
    id as handoff_id,
    number,
    record_id,
    assignee_id,
    null::timestamptz as not_before,
    null::uuid as hours_id
from offered
union all
select
    null,
    null,
    id,
    null,
    updated_at,
    null
from found
where updated_at > %(at)s
union all
select
    null,
    counted.rank,
    counted.id,
    null,
    %(at)s,
    counted.hours_id
from counted
cross join full_up
where counted.rank >= full_up.rank
union all
select
    null,
    null,
    null,
    null,
    null,
    null
from calm
where seqscan is null
order by 2, 3
