-- Take the due steps of locked clocks, every kind but a change of hands: escalations, tasks, events, breaches, absences
-- and the next step. A step that is skipped does nothing but that it is noted, and the breach that its moment means.
--
-- An escalation that is there already (it cannot be, and costs nothing to ask) makes no second task and no second
-- event; the clock moves on to its next step either way. A repeated step makes no second task while the first is
-- open: whoever has it is asked again, and where they cannot act it goes to who can.
--
-- Whoever has it is told before it falls due and when it has; where nobody has it yet, who is above it is warned. Who
-- gets a task is told as well, each time it is asked again.
--
-- Who is above a handoff: its team's manager, its seam's owner, the workspace's owner, or the deputy of who is away;
-- nobody over themselves, and nobody who is away while somebody else is here. Who is away is reminded through their
-- deputy, else who is above them. A rung may name somebody else, who comes before those while here; where nobody it
-- names is here, nobody else is set unavailable.
--
-- parameters:
--   workspace uuid: the tenant
--   clocks uuid[]: the locked clocks
--   at timestamptz: the moment the steps are taken
--   task_due jsonb: by clock, the moment by when a task must be done
--   repeats jsonb: by clock, the moment its last rung is taken again
--   skipped jsonb: by clock, why its step is not taken
--   task_kinds jsonb: by action, the kind of task it makes
--   task_titles jsonb: by action, how that task is called
--   event_kinds jsonb: by action, the kind of event it tells
--   touch_step int: the step of a missed first touch, which stands outside the ladder of the answer; other clocks of
--     a seam say theirs
-- parts:
--   able_people: the people who may be above somebody
--   next_action: what a step does
--   rung_people: whom its rung names
--   take_numbers: numbers of the tasks
--   log_events: the events
--   tell_people: the notices
with people as materialized (
    /*{able_people*/ select id, true as is_here, 0 as rank, joined_at, id as acts_id from workspaces_member /*}*/
),
workspace_owner as (select id from people order by not is_here, rank, joined_at, id limit 1),
due as materialized (
    select
        h.*,
        c.id as clock_id,
        c.kind as clock_kind,
        c.due_at as clock_due_at,
        c.breached_at as clock_breached_at,
        c.run,
        c.rung,
        c.rungs,
        c.next_rung_at as fell_due_at,
        (select r.name from lifecycle_record r where r.workspace_id = h.workspace_id and r.id = h.record_id)
            as record_name,
        s.key as seam_key,
        s.label as seam_label,
        assignee.name as assignee_name,
        coalesce(open_task.id, new_id()) as task_id,
        open_task.id is not null as is_asked_again,
        open_task.assignee_id as holder_id,
        step.action,
        step.rung as said,
        coalesce(
            %(skipped)s::jsonb ->> c.id::text, case when step.action = 'away' and put_away.id is null then 'nobody' end
        ) as skipped,
        named.id as named_id,
        coalesce(named.id, holder.id, manager.id, seam_owner.id, workspace_owner.id) as warned_id,
        put_away.id as away_id,
        %(task_due)s::jsonb ->> c.id::text as task_due,
        coalesce(
            c.breached_at, case when step.action <> 'warn' and c.next_rung_at >= c.due_at then c.due_at end
        ) as now_breached_at,
        case
            when step.action in ('task', 'raise', 'touch', 'late') then coalesce(
                    case when open_task.is_able then open_task.assignee_id end,
                    named.id,
                    case when step.action <> 'raise' then nullif(manager.id, h.assignee_id) end,
                    nullif(seam_owner.id, h.assignee_id),
                    workspace_owner.id
                )
        end as to_id
    from unnest(%(clocks)s::uuid[]) asked (id)
    join lateral (
        select * from handoffs_clock c
        where c.workspace_id = %(workspace)s and c.id = asked.id
        limit 1
    ) c on true
    join lateral (
        select * from handoffs_handoff h
        where h.workspace_id = %(workspace)s and h.id = c.handoff_id
        limit 1
    ) h on true
    cross join lateral (/*{next_action*/ select 'task' as action, null::jsonb as rung /*}*/) step
    join lateral (
        select * from handoffs_seam s
        where s.workspace_id = %(workspace)s and s.id = h.seam_id
        limit 1
    ) s on true
    left join workspaces_team t on t.workspace_id = h.workspace_id and t.id = h.team_id
    left join people boss on boss.id = t.manager_id
    left join people manager on manager.id = boss.acts_id and manager.is_here
    left join people owner on owner.id = s.owner_id
    left join people seam_owner on seam_owner.id = owner.acts_id and seam_owner.is_here
    left join workspaces_member assignee on assignee.workspace_id = h.workspace_id and assignee.id = h.assignee_id
    left join lateral (
        select acting.id
        from people had
        join people acting on acting.id = had.acts_id and acting.is_here
        where had.id = h.assignee_id
        limit 1 -- each person is looked for once
    ) holder on true
    cross join workspace_owner
    left join lateral (/*{rung_people*/ select p.id, 1 as place from people p /*}*/) named on named.place = 1
    cross join
        lateral (
            select
                case
                    when step.action = 'away' then coalesce(
                            named.id, case when step.rung ->> 'target' is null then h.assignee_id end
                        )
                end as id
        ) put_away
    left join lateral (
        select
            k.id,
            k.assignee_id,
            exists(select from people holder where holder.id = k.assignee_id and holder.is_here) as is_able
        from handoffs_task k
        where
            k.workspace_id = %(workspace)s and k.handoff_id = h.id and k.done_at is null
            and k.kind = %(task_kinds)s::jsonb ->> step.action
            and c.kind = 'answer' and c.rung >= jsonb_array_length(c.rungs)
        order by k.number desc
        limit 1
        for no key update of k -- whoever closes it holds it, and takes the number of the next one then
    ) open_task on true
),
escalated as (
    insert into handoffs_escalation (
        workspace_id, handoff_id, step, clock_run, action, due_at, taken_at, from_member_id, to_member_id, task_id,
        skipped
    )
    select
        workspace_id,
        id,
        coalesce((said ->> 'step')::int, case action when 'touch' then %(touch_step)s else rung end),
        run,
        action,
        fell_due_at,
        %(at)s,
        assignee_id,
        case when skipped is null then coalesce(to_id, away_id) end,
        case when to_id is not null and skipped is null then task_id end,
        coalesce(skipped, '')
    from due
    where action is not null
    on conflict (workspace_id, handoff_id, step, clock_run) do nothing
    returning handoff_id, clock_run, action
),
done as materialized (
    select
        due.*,
        to_id is not null and not is_asked_again as is_new_task,
        record_name || ' (' || seam_label || ')' as title,
        row_number() over (
            partition by to_id is not null and not is_asked_again
            order by due.fell_due_at, due.number
        ) as place
    from due
    join escalated
        on escalated.handoff_id = due.id and escalated.clock_run = due.run and escalated.action = due.action
    where due.skipped is null
),
wanted_numbers (noun, amount) as (select 'task', count(*) from done where is_new_task),
numbers as (/*{take_numbers*/ select 'task' as noun, 1 as value /*}*/),
tasks as (
    insert into handoffs_task (
        id, workspace_id, number, kind, title, assignee_id, team_id, handoff_id, record_id, due_at, created_at
    )
    select
        done.task_id,
        done.workspace_id,
        numbers.value - wanted_numbers.amount + done.place,
        coalesce(done.said ->> 'task', %(task_kinds)s::jsonb ->> done.action),
        left(
            (%(task_titles)s::jsonb ->> done.action)
            || coalesce(', “' || (done.said ->> 'label') || '”', '') || ': ' || done.title,
            300
        ),
        done.to_id,
        done.team_id,
        done.id,
        done.record_id,
        done.task_due::timestamptz,
        done.fell_due_at
    from done
    cross join numbers
    cross join wanted_numbers
    where done.is_new_task
),
breached as (
    update handoffs_handoff h
    set
        breached_at = coalesce(h.breached_at, case due.clock_kind when 'answer' then due.now_breached_at end),
        priority = h.priority + case when due.action = 'priority' and due.skipped is null then 1 else 0 end
    from due
    where
        h.workspace_id = due.workspace_id and h.id = due.id
        and (
            h.breached_at is null and due.clock_kind = 'answer' and due.now_breached_at is not null
            or due.action = 'priority' and due.skipped is null
        )
),
made_away as (
    insert into workspaces_timeoff (id, workspace_id, member_id, starts_at, ends_at, note)
    select
        new_id(),
        %(workspace)s,
        done.away_id,
        min(done.fell_due_at),
        max(done.fell_due_at + make_interval(mins => (done.said ->> 'minutes')::int)),
        left('By the ladder of ' || min(done.seam_label), 200)
    from done
    where
        done.away_id is not null
        and not exists (
            select from workspaces_timeoff o
            where
                o.workspace_id = %(workspace)s and o.member_id = done.away_id
                and o.starts_at <= done.fell_due_at and o.ends_at > done.fell_due_at
        )
    group by done.away_id
),
passed_up as (
    update handoffs_task k
    set assignee_id = done.to_id
    from done
    where
        k.workspace_id = done.workspace_id and k.id = done.task_id and done.is_asked_again
        and done.holder_id is distinct from done.to_id
),
events as (
    select
        case
            when done.action = 'task' and (done.fell_due_at > done.clock_due_at or done.clock_breached_at is not null)
                then 'handoff.escalated'
            when done.action = 'warn' and done.said ->> 'target' is not null then 'handoff.notified'
            else %(event_kinds)s::jsonb ->> done.action
        end as kind,
        'handoff' as subject_kind,
        done.id as subject_id,
        done.record_id,
        null::uuid as actor_id,
        done.fell_due_at as at,
        jsonb_build_object(
            'number', done.number, 'seam', done.seam_key, 'assignee', done.assignee_name, 'due_at', done.due_at,
            'to', (
                select receiver.name from workspaces_member receiver
                where
                    receiver.workspace_id = done.workspace_id
                    and receiver.id = coalesce(
                        done.to_id, done.away_id, case when done.said ->> 'target' is not null then done.warned_id end
                    )
            ), 'run', done.run, 'noticed_at', %(at)s
        ) || case
            when done.action = 'set'
                then jsonb_build_object('property', done.said ->> 'property', 'value', done.said ->> 'value')
            when done.action = 'late' then jsonb_build_object('clock', done.said ->> 'label')
            else '{}'
        end as facts,
        done.blueprint_version,
        '' as request_id
    from done
),
logged as (/*{log_events*/ select * from events /*}*/),
people_told as (
    select
        whom.member_id,
        whom.kind,
        whom.why || done.title as title,
        done.seam_label as place,
        'handoff' as about,
        done.number,
        whom.due_at,
        %(at)s::timestamptz as at,
        null::uuid as actor_id
    from done
    cross join
        lateral (
            values
            (
                case
                    when action = 'warn' and (said ->> 'target' is distinct from 'role' or named_id is null)
                        then warned_id
                end,
                case when fell_due_at < clock_due_at then 'due_soon' else 'breached' end,
                '',
                due_at
            ),
            (away_id, 'breached', 'You are set unavailable: ', null::timestamptz),
            (
                case
                    when clock_kind = 'answer' and clock_breached_at is null and now_breached_at is not null
                        then assignee_id
                end,
                'breached', '', due_at
            ),
            (
                to_id,
                case action when 'raise' then 'raised' else 'task' end,
                (%(task_titles)s::jsonb ->> action) || coalesce(', “' || (said ->> 'label') || '”', '') || ': ',
                task_due::timestamptz
            )
        ) whom (member_id, kind, why, due_at)
    union all
    select
        p.id,
        case when done.fell_due_at < done.clock_due_at then 'due_soon' else 'breached' end,
        done.title,
        done.seam_label,
        'handoff',
        done.number,
        done.due_at,
        %(at)s,
        null
    from done
    join workspaces_member m on m.workspace_id = done.workspace_id and m.role = done.said ->> 'role'
    join people p on p.id = m.id and p.is_here
    where done.action = 'warn' and done.said ->> 'target' = 'role'
),
told as (/*{tell_people*/ select * from people_told /*}*/)
update handoffs_clock c
set
    breached_at = due.now_breached_at,
    state = case when due.now_breached_at is not null then 'breached' else c.state end,
    offered_at = case
        when due.breached_at is null and due.clock_kind = 'answer' and due.now_breached_at is not null
            then due.offered_at
        else c.offered_at
    end,
    rung = c.rung + 1,
    next_rung_at = coalesce(c.rungs -> (c.rung + 1) ->> 'at', %(repeats)s::jsonb ->> c.id::text)::timestamptz
from due
where c.workspace_id = due.workspace_id and c.id = due.clock_id
