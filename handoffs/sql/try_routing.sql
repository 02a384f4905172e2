-- Say where records would go across a seam if each came now, by itself, without offering any: the parts of `offer.sql`
-- choose.
--
-- parameters:
--   workspace uuid: the tenant
--   waiting_pools uuid[]: the pools whose records wait for somebody with room
--   needs jsonb: by pool, the skills that who receives these records has
--   trials jsonb: the records: number, account_id, domain, record_owner_id, and conditions by rule
-- places:
--   account_match: whose company the record `r` is of, on the side that receives
-- parts:
--   people_here: who is here
--   candidates: who sits in the pools
--   seam_rules: the rules of the seam
--   direct_receivers: whom rules reach without a turn
--   chosen_rules: the rule that takes each
--   one_turn: whose turn it is
--   pool_traces: the pools as a trace keeps them
--   pool_managers: who answers for a pool
--   last_resort: who has what nobody else can take
-- columns:
--   number: the number of the record
--   chosen_place: the place of the rule that takes it, or null
--   pool_id: the pool that is asked, or the queue
--   assignee: the name of who would have it, or null where it waits in the queue
--   cause: routed, fallback or queue
--   seats: how many sit in the pool
--   states: JSON, by target and by the place of a rule, whether whom it chooses can be reached
--   account_name: the company whose owner was looked at, or null
--   account_how: by what it was found
--   candidates: JSON, the first of them
with people_here as materialized (/*{people_here*/ select m.id, m.name, m.email from workspaces_member m /*}*/),
candidates as materialized (/*{candidates*/ select * from handoffs_rotation /*}*/),
listed_rules as materialized (/*{seam_rules*/ select 1 as place /*}*/),
found as materialized (
    select
        r.number,
        r.record_owner_id,
        r.conditions,
        matched.owner_id as account_owner_id,
        matched.is_named as account_is_named,
        matched.account_name,
        matched.how as account_how
    from jsonb_to_recordset(%(trials)s::jsonb)
            as r (number int, account_id uuid, domain text, record_owner_id uuid, conditions boolean[])
    left join lateral (/*{account_match*/
        select
            null::uuid as owner_id,
            false as is_named,
            '' as account_name,
            '' as how
    /*}*/) matched on true
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
        found.*,
        found.number as rank,
        account_owner.state as account_owner_state,
        record_owner.state as record_owner_state
    from found
    left join receivers account_owner on account_owner.id = found.account_owner_id
    left join receivers record_owner on record_owner.id = found.record_owner_id
),
placed as materialized (/*{chosen_rules*/ select * from judged /*}*/),
turns as (/*{one_turn*/ select * from candidates /*}*/),
pool_traces as (/*{pool_traces*/ select * from candidates /*}*/),
pool_managers as (/*{pool_managers*/ select * from candidates /*}*/),
last_resort as materialized (/*{last_resort*/ select id from people_here /*}*/),
routed as (
    select
        placed.*,
        case when placed.pool_id <> all(%(waiting_pools)s::uuid[]) then pool_managers.manager_id end as manager_id,
        case placed.target
            when 'named_account' then placed.account_owner_id
            when 'account_owner' then placed.account_owner_id
            when 'record_owner' then placed.record_owner_id
            when 'member' then placed.named_id
            when 'pool' then turns.member_id
        end as chosen_id
    from placed
    left join turns on placed.target = 'pool' and turns.pool_id = placed.pool_id
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
named as (
    select jsonb_object_agg(place, case when is_lacking then 'lacking' else named_state end) as states
    from rules
    where named_id is not null or is_lacking
)
select
    received.number,
    received.chosen_place,
    received.pool_id,
    m.name as assignee,
    received.cause,
    pool_traces.seats,
    jsonb_build_object(
        'account_owner', account_owner_state, 'record_owner', record_owner_state,
        'named_account', case when account_is_named is false then 'not named' else account_owner_state end
    )
    || coalesce(named.states, '{}') as states,
    received.account_name,
    received.account_how,
    coalesce(pool_traces.candidates, '[]') as candidates
from received
cross join named
left join pool_traces on received.target = 'pool' and pool_traces.pool_id = received.pool_id
left join workspaces_member m on m.workspace_id = %(workspace)s and m.id = received.assignee_id
order by received.number
