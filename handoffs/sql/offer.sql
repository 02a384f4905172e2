-- Offer records across a seam: routing, turns, due times, assignments and events.
--
-- The records drive every join, each found by its key (the limits keep it so): the cost is theirs alone, also in the
-- first minutes of a table that was never analysed.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: the locked records; those already open on this seam are left alone
--   seam uuid: the seam
--   trigger uuid: the stage it is offered from; a record that moved on while somebody waited for it is left alone
--   seam_key text: how events call it
--   function text: the side that receives
--   answering_roles text[]: the roles that may answer a handoff
--   seam_owner text: the address of who owns the seam
--   rules int[]: the positions of the seam's routing rules, in order
--   rule_labels text[]: what each rule says
--   rule_targets text[]: whom each rule chooses: pool, member, account_owner or record_owner
--   rule_pools uuid[]: the pool of each rule, or null
--   rule_members text[]: the address of each rule's member, or ''
--   reaches_nobody jsonb: by target, the words for a rule that was met and reached nobody
--   queue uuid: the pool that waits for what no rule takes, or null
--   at timestamptz: the moment
--   by uuid: the member who offers, or null
--   senders jsonb: by record, who offered it first, where that is not `by`
--   due timestamptz: when it must be answered
--   touch_due timestamptz: when it must be touched first, or null
--   ladder jsonb: every rung with its action and moment
--   first_step_at timestamptz: the moment of the first rung, or null
--   packets jsonb: by record, what is handed over with it
--   asked_again interval: how soon a queue is asked for somebody who is there
--   version int: the blueprint version in force
--   request_id text: the request that caused it
-- places:
--   conditions: one boolean per rule, whether it is met, over the record `r`, its stage `s` and its account `a`
--   turns: whose turn it is, by `turns.sql` or, for a single record, `one_turn.sql`
-- parts:
--   people_here: who is here
--   candidates: who sits in the pools
--   pool_traces: the pools as a trace keeps them
--   pool_managers: who answers for a pool
--   take_numbers: numbers of the handoffs
--   log_events: the events
--   calm: the planner's own mind
-- columns:
--   handoff_id: the new handoff
--   number: its number
--   record_id: its record
--   assignee_id: who has it, or null where it waits in a queue
--   not_before: when the record was last written, where that is after the moment: it is not offered yet
with people_here as materialized (/*{people_here*/ select m.id, m.name, m.email from workspaces_member m /*}*/),
candidates as materialized (/*{candidates*/ select * from handoffs_rotation /*}*/),
rules as materialized (
    select
        rule.place,
        rule.position,
        rule.label,
        rule.target,
        rule.pool_id,
        named.id as named_id
    from unnest(
            %(rules)s::int[], %(rule_labels)s::text[], %(rule_targets)s::text[], %(rule_pools)s::uuid[],
            %(rule_members)s::text[]
        ) with ordinality as rule (position, label, target, pool_id, email, place)
    left join lateral (
        select id from people_here
        where people_here.email = rule.email
        order by id
        limit 1
    ) named on true
),
open_already as materialized (
    select h.record_id from handoffs_handoff h
    where
        h.workspace_id = %(workspace)s and h.seam_id = %(seam)s and h.state = 'offered'
        and h.record_id = any(%(records)s)
),
found as materialized (
    select found.*
    from unnest(%(records)s::uuid[]) asked (id)
    join lateral (
        select
            r.id,
            r.number,
            r.name,
            r.updated_at,
            a.owner_id as account_owner_id,
            r.owner_id as record_owner_id,
            array[/*{conditions*/ r.score > 50 /*}*/]::boolean[] as conditions
        from lifecycle_record r
        join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
        left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
        where r.workspace_id = %(workspace)s and r.id = asked.id and r.stage_id = %(trigger)s
        limit 1
    ) found on true
    where found.id not in (select record_id from open_already)
),
arrivals as (select * from found where updated_at <= %(at)s),
judged as (
    select
        arrivals.*,
        arrivals.account_owner_id in (select id from people_here) as is_account_owner_here,
        arrivals.record_owner_id in (select id from people_here) as is_record_owner_here
    from arrivals
),
placed as materialized (
    select
        judged.*,
        chosen.place as chosen_place,
        chosen.position as matched,
        chosen.target,
        chosen.named_id,
        coalesce(chosen.pool_id, %(queue)s) as pool_id,
        row_number() over (partition by chosen.target, chosen.pool_id order by judged.number) as place
    from judged
    left join lateral (
        select rules.* from rules
        where
            judged.conditions[rules.place]
            and case rules.target
                when 'account_owner' then judged.is_account_owner_here
                when 'record_owner' then judged.is_record_owner_here
                when 'member' then rules.named_id is not null
                else true
            end
        order by rules.place
        limit 1
    ) chosen on true
),
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
        1 as place
    from candidates
    /*}*/
),
pool_traces as (/*{pool_traces*/ select * from candidates /*}*/),
pool_managers as (/*{pool_managers*/ select * from candidates /*}*/),
last_resort as (
    select m.id
    from workspaces_member m
    where
        m.workspace_id = %(workspace)s and m.is_active and m.kind = 'person'
        and m.role = any(%(answering_roles)s)
    order by
        m.id not in (select id from people_here),
        m.email <> %(seam_owner)s,
        case m.role when 'owner' then 0 when 'admin' then 1 else 2 end,
        m.joined_at
    limit 1
),
routed as materialized (
    select
        placed.*,
        turns.virtual_time,
        turns.team_id as turn_team_id,
        pool_managers.team_id as pool_team_id,
        pool_managers.manager_id,
        case placed.target
            when 'account_owner' then placed.account_owner_id
            when 'record_owner' then placed.record_owner_id
            when 'member' then placed.named_id
            when 'pool' then turns.member_id
        end as chosen_id
    from placed
    left join turns on placed.target = 'pool' and turns.pool_id = placed.pool_id and turns.place = placed.place
    left join pool_managers on pool_managers.pool_id = placed.pool_id
),
given as materialized (
    select
        routed.*,
        new_id() as handoff_id,
        row_number() over (order by routed.number) as given_place,
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
wanted_numbers (noun, amount) as (select 'handoff', count(*) from given),
numbers as (/*{take_numbers*/ select 'handoff' as noun, 1 as value /*}*/),
offered as (
    insert into handoffs_handoff (
        id, workspace_id, number, seam_id, record_id, assignee_id, queue_id, team_id, offered_at, offered_by_id,
        due_at, touch_due_at, ladder, next_step, next_step_at, packet, blueprint_version, again_at
    )
    select
        given.handoff_id,
        %(workspace)s,
        numbers.value - wanted_numbers.amount + given.given_place,
        %(seam)s,
        given.id,
        given.assignee_id,
        case when given.assignee_id is null then given.pool_id end,
        coalesce(
            given.turn_team_id,
            case when given.cause <> 'routed' then given.pool_team_id end,
            seat.team_id,
            given.pool_team_id
        ),
        %(at)s,
        coalesce((%(senders)s::jsonb ->> given.id::text)::uuid, %(by)s),
        %(due)s,
        %(touch_due)s,
        %(ladder)s::jsonb,
        0,
        %(first_step_at)s,
        coalesce(%(packets)s::jsonb -> given.id::text, '{}'),
        %(version)s,
        case when given.assignee_id is null then %(at)s::timestamptz + %(asked_again)s end
    from given
    cross join numbers
    cross join wanted_numbers
    left join lateral (
        select s.team_id
        from workspaces_teamseat s
        join workspaces_team t on t.workspace_id = s.workspace_id and t.id = s.team_id
        where s.workspace_id = %(workspace)s and s.member_id = given.assignee_id
        order by t.function <> %(function)s, t.key
        limit 1
    ) seat on given.turn_team_id is null
    returning id, number, record_id, assignee_id
),
assigned as (
    insert into handoffs_assignment (workspace_id, handoff_id, member_id, pool_id, at, cause, trace)
    select
        %(workspace)s,
        given.handoff_id,
        given.assignee_id,
        case when given.target = 'pool' or given.matched is null then given.pool_id end,
        %(at)s,
        given.cause,
        jsonb_build_object(
            'rules', coalesce(tried.rules, '[]'), 'matched', given.matched,
            'pool', case when given.target = 'pool' then given.pool_id end, 'turn', given.virtual_time::bigint,
            'seats', pool_traces.seats, 'candidates', coalesce(pool_traces.candidates, '[]')
        )
    from given
    left join pool_traces on given.target = 'pool' and pool_traces.pool_id = given.pool_id
    cross join lateral (
        select
            jsonb_agg(
                jsonb_build_object(
                    'position', rules.position,
                    'label', rules.label,
                    'verdict', case given.conditions[rules.place]
                        when true then 'met'
                        when false then 'unmet'
                        else 'unknown'
                    end,
                    'why', case
                        when rules.place is distinct from given.chosen_place and given.conditions[rules.place]
                            then %(reaches_nobody)s::jsonb ->> rules.target
                        else ''
                    end
                )
                order by rules.place
            ) as rules
        from rules
        where rules.place <= given.chosen_place or given.chosen_place is null
    ) tried
),
taken as (
    select
        pool_id,
        chosen_id as member_id,
        max(virtual_time) as virtual_time,
        count(*) as given
    from given
    where virtual_time is not null
    group by pool_id, chosen_id
),
turned as (
    update handoffs_rotation x
    set virtual_time = taken.virtual_time, given = x.given + taken.given
    from taken
    where x.workspace_id = %(workspace)s and x.pool_id = taken.pool_id and x.member_id = taken.member_id
),
events as (
    select
        'handoff.offered' as kind,
        'handoff' as subject_kind,
        given.handoff_id as subject_id,
        given.id as record_id,
        %(by)s::uuid as actor_id,
        %(at)s as at,
        jsonb_build_object(
            'number', numbers.value - wanted_numbers.amount + given.given_place, 'seam', %(seam_key)s,
            'assignee', people_here.name, 'cause', given.cause, 'due_at', %(due)s
        ) as facts,
        %(version)s as blueprint_version,
        %(request_id)s as request_id
    from given
    cross join numbers
    cross join wanted_numbers
    left join people_here on people_here.id = given.assignee_id
),
logged as (/*{log_events*/ select * from events /*}*/),
calm as materialized (/*{calm*/ select '' as seqscan /*}*/)
select
    id as handoff_id,
    number,
    record_id,
    assignee_id,
    null::timestamptz as not_before
from offered
union all
select
    null,
    null,
    id,
    null,
    updated_at
from found
where updated_at > %(at)s
union all
select
    null,
    null,
    null,
    null,
    null
from calm
where seqscan is null
order by 2, 3
