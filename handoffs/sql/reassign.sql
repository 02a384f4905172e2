-- Change hands: the former assignment ends with its clock, the next begins with its own.
--
-- By the ladder it is a step (an escalation, once), and its moment is when the step fell due; by a person it is not.
-- The moment is never before what it ends began, nor, by a person, before the record was last written: a request's own
-- may be older than what was written while it waited.
-- By a person it is what the tasks about a late answer asked for, and closes them; by the ladder it is not: whoever has
-- such a task still sees to the answer.
-- Who gets it is told, and by the ladder who had it, unless that was before it was due.
-- To a queue, nobody has it until somebody takes it or it is drained. Without a member or a queue, nobody was
-- left: the handoff stays and moves on to its next step. So it does where the step was
-- taken already, which it cannot have been.
--
-- parameters:
--   workspace uuid: the tenant
--   moves jsonb: one object per handoff, as `move` in handoffs/actions writes them
--   cause text: ladder, or how else it came to change hands
--   by uuid: the member who did it, or null
--   at timestamptz: the moment it is done
--   kinds text[]: the kinds of tasks that asked for an answer
--   request_id text: the request that caused it
-- parts:
--   turns_given_back: the turns of who gave it up
--   closed_tasks: the tasks that asked for an answer
--   closed_task_events: what history keeps of them
--   notices_of_tasks: what their notices were about
--   moot_notices: what is no longer news
--   news_of_several: what was news of several
--   log_events: the events
--   tell_people: the notices
with moves as materialized (
    select *
    from jsonb_to_recordset(%(moves)s::jsonb) as move (
            handoff uuid,
            member uuid,
            team uuid,
            pool uuid,
            virtual_time float8,
            step float8,
            gift_pools uuid[],
            gives_back bool,
            due timestamptz,
            touch_due timestamptz,
            hours uuid,
            clocks jsonb,
            restarts int, trace jsonb, again timestamptz, fell_due timestamptz, to_queue uuid, asked_at timestamptz
        )
),
taken_from as materialized (
    select
        h.*,
        moves.*,
        c.rung,
        c.next_rung_at as step_due_at,
        c.restarts as former_restarts,
        s.key as seam_key,
        s.label as seam_label,
        r.name || ' (' || s.label || ')' as title,
        former.name as former_name,
        receiver.name as receiver_name,
        greatest(
            coalesce(moves.fell_due, %(at)s),
            case when moves.fell_due is null then r.updated_at end,
            (
                select max(a.at) from handoffs_assignment a
                where a.workspace_id = h.workspace_id and a.handoff_id = h.id and a.ended_at is null
            )
        ) as moment
    from moves
    join handoffs_handoff h on h.workspace_id = %(workspace)s and h.id = moves.handoff
    join handoffs_clock c
        on c.workspace_id = h.workspace_id and c.handoff_id = h.id and c.kind = 'answer' and c.stopped_at is null
    join handoffs_seam s on s.workspace_id = h.workspace_id and s.id = h.seam_id
    join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
    left join workspaces_member former on former.workspace_id = h.workspace_id and former.id = h.assignee_id
    left join workspaces_member receiver on receiver.workspace_id = h.workspace_id and receiver.id = moves.member
),
held as materialized (
    select
        *,
        -- What was due by then is missed: by the ladder also what falls due in this moment.
        moment + case when %(cause)s = 'ladder' then interval '1 microsecond' else interval '0' end as ends_before
    from taken_from
),
escalated as (
    insert into handoffs_escalation (
        workspace_id, handoff_id, step, clock_run, action, due_at, taken_at, from_member_id, to_member_id
    )
    select
        workspace_id,
        handoff,
        rung,
        clock_run,
        case when to_queue is null then 'reassign' else 'queue' end,
        step_due_at,
        %(at)s,
        assignee_id,
        member
    from held
    where %(cause)s = 'ladder'
    on conflict (workspace_id, handoff_id, step, clock_run) do nothing
    returning handoff_id
),
outcome as materialized (
    select
        held.*,
        (held.member is not null or held.to_queue is not null and held.assignee_id is not null)
        and (%(cause)s <> 'ladder' or held.handoff in (select handoff_id from escalated)) as goes
    from held
),
done as materialized (
    select * from outcome
    where %(cause)s <> 'ladder' or handoff in (select handoff_id from escalated)
),
ended as (
    update handoffs_assignment a
    set ended_at = done.moment, missed = %(cause)s = 'ladder'
    from done
    where
        a.workspace_id = done.workspace_id and a.handoff_id = done.handoff and a.ended_at is null and done.goes
    returning
        a.id as assignment_id,
        a.handoff_id,
        a.pool_id,
        a.member_id,
        a.ended_at as at,
        done.gives_back and a.trace ->> 'turn' is not null as was_turn,
        coalesce(done.gives_back, false) as gives_back
),
given_up as (select *, 'taken' as why from ended where gives_back and member_id is not null),
given_back as (/*{turns_given_back*/ select * from given_up /*}*/),
begun as (
    insert into handoffs_assignment (workspace_id, handoff_id, member_id, pool_id, at, cause, trace)
    select
        done.workspace_id,
        done.handoff,
        done.member,
        coalesce(done.pool, done.to_queue),
        done.moment,
        %(cause)s,
        coalesce(done.trace, '{}')
    from done
    join ended on ended.handoff_id = done.handoff
    returning id, handoff_id, member_id, at
),
gifts as (
    insert into handoffs_turnmove (workspace_id, pool_id, member_id, handoff_id, assignment_id, turns, why, at)
    select
        %(workspace)s,
        counting.pool_id,
        begun.member_id,
        begun.handoff_id,
        begun.id,
        1,
        'hand',
        begun.at
    from begun
    join done on done.handoff = begun.handoff_id and done.gift_pools is not null
    cross join lateral (
        select x.pool_id
        from unnest(done.gift_pools) with ordinality as asked (pool_id, place)
        join handoffs_rotation x
            on x.workspace_id = %(workspace)s and x.pool_id = asked.pool_id and x.member_id = begun.member_id
        order by asked.place
        limit 1
    ) counting
),
stopped as (
    update handoffs_clock c
    set
        stopped_at = case when outcome.goes then outcome.moment end,
        breached_at = coalesce(c.breached_at, case when c.due_at < outcome.ends_before then c.due_at end),
        state = case
            when c.breached_at is not null or c.due_at < outcome.ends_before then 'breached'
            when outcome.goes then 'ended'
            else c.state
        end,
        offered_at = case
            when outcome.breached_at is null and c.kind = 'answer' and c.due_at < outcome.ends_before
                then outcome.offered_at
            else c.offered_at
        end,
        rung = c.rung + case when c.kind = 'answer' and not outcome.goes then 1 else 0 end,
        next_rung_at = case
            when outcome.goes then null
            when c.kind = 'answer' then coalesce((c.rungs -> (c.rung + 1) ->> 'at')::timestamptz, outcome.again)
            else c.next_rung_at
        end
    from outcome
    where c.workspace_id = outcome.workspace_id and c.handoff_id = outcome.handoff and c.stopped_at is null
),
clocks as (
    insert into handoffs_clock (
        workspace_id, handoff_id, kind, run, member_id, started_at, due_at, hours_id, restarts, rungs, next_rung_at
    )
    select
        done.workspace_id,
        done.handoff,
        clock.kind,
        done.clock_run + 1,
        done.member,
        clock.started,
        clock.due,
        done.hours,
        coalesce(done.restarts, done.former_restarts),
        clock.rungs,
        (clock.rungs -> 0 ->> 'at')::timestamptz
    from done
    join ended on ended.handoff_id = done.handoff
    cross join
        lateral jsonb_to_recordset(done.clocks)
            as clock (
                kind text, started timestamptz, due timestamptz, rungs jsonb
            )
    where clock.kind = 'answer' or done.first_touched_at is null
),
turned as (
    update handoffs_rotation x
    set
        virtual_time = taken.virtual_time, last_turn = taken.virtual_time, given = x.given + taken.given,
        credit = greatest(0, x.credit - coalesce(taken.spent, 0))
    from (
        select
            pool,
            member,
            max(virtual_time) as virtual_time,
            sum(step) as spent,
            count(*) as given
        from done
        where virtual_time is not null
        group by pool, member
    ) taken
    where x.workspace_id = %(workspace)s and x.pool_id = taken.pool and x.member_id = taken.member
),
settled as (
    select
        handoff as handoff_id,
        %(kinds)s::text[] as kinds,
        'Given to ' || receiver_name || '.' as outcome,
        %(by)s::uuid as actor_id,
        moment as at
    from done
    where %(cause)s = 'manual' and member is not null
),
closed as (/*{closed_tasks*/ select * from handoffs_task /*}*/),
moot as (
    select
        'handoff' as about,
        done.number,
        array['offered', 'passed_on', 'due_soon'] as kinds,
        ended.at
    from ended
    join done on done.handoff = ended.handoff_id
    union all
    (/*{notices_of_tasks*/ select * from closed /*}*/)
),
relieved as (
    select
        assignee_id as member_id,
        id as task_id,
        handoff_id,
        done_at as at
    from closed
    union all
    select
        member_id,
        null,
        handoff_id,
        at
    from ended
),
several as (/*{news_of_several*/ select handoff_id as id from relieved /*}*/),
seen as (/*{moot_notices*/ select * from moot /*}*/),
events as (
    select
        case
            when to_queue is not null and goes then 'handoff.queued'
            when member is null then 'handoff.nobody_left'
            else 'handoff.reassigned'
        end as kind,
        'handoff' as subject_kind,
        handoff as subject_id,
        record_id,
        %(by)s::uuid as actor_id,
        moment as at,
        jsonb_build_object(
            'number', number, 'seam', seam_key, 'from', former_name, 'to', receiver_name, 'cause', %(cause)s,
            'due_at', coalesce(due, due_at)
        ) as facts,
        blueprint_version,
        %(request_id)s as request_id
    from done
    union all
    (/*{closed_task_events*/ select * from closed /*}*/)
),
logged as (/*{log_events*/ select * from events /*}*/),
people_told as (
    select
        member as member_id,
        'passed_on' as kind,
        title,
        seam_label as place,
        'handoff' as about,
        number,
        coalesce(due, due_at) as due_at,
        %(at)s::timestamptz as at,
        %(by)s::uuid as actor_id
    from done
    union all
    select
        assignee_id,
        'breached',
        title || coalesce(', given to ' || receiver_name, ', back in the queue'),
        seam_label,
        'handoff',
        number,
        null,
        %(at)s,
        null
    from done
    where %(cause)s = 'ladder' and goes and due_at <= moment
),
told as (/*{tell_people*/ select * from people_told /*}*/)
update handoffs_handoff h
set
    breached_at = coalesce(h.breached_at, case when h.due_at < outcome.ends_before then h.due_at end),
    assignee_id = case when outcome.goes then outcome.member else h.assignee_id end,
    queue_id = case when outcome.goes then outcome.to_queue else h.queue_id end,
    again_at = case when outcome.goes then outcome.asked_at else h.again_at end,
    team_id = case when outcome.goes then coalesce(outcome.team, h.team_id) else h.team_id end,
    due_at = case when outcome.goes then outcome.due else h.due_at end,
    touch_due_at = case when outcome.goes then outcome.touch_due else h.touch_due_at end,
    hours_id = case when outcome.goes then outcome.hours else h.hours_id end,
    clock_run = case when outcome.goes then h.clock_run + 1 else h.clock_run end
from outcome
where h.workspace_id = outcome.workspace_id and h.id = outcome.handoff
