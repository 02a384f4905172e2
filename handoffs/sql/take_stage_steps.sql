-- Take due steps of locked clocks of stages: tasks, notices, an event each, and the next step. A step that is skipped
-- does nothing but that it is noted. While a task about the record's age is open, no second one is made: whoever has it
-- is told again, and where they cannot act it goes to who can.
--
-- Who is above: the manager of the record's team, the owner of the seam that begins or ends at the stage, the owner of
-- the workspace, or the deputy of who is away; nobody over themselves, and nobody who is away while somebody else is
-- here.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment the steps are taken
--   steps jsonb: one object for each, as handoffs/actions/stage_ladders.py writes them
-- parts:
--   able_people: the people who may be above somebody
--   rung_people: whom a step names
--   take_numbers: numbers of the tasks
--   log_events: the events
--   tell_people: the notices
with people as materialized (
    /*{able_people*/ select id, true as is_here, 0 as rank, joined_at, id as acts_id from workspaces_member /*}*/
),
workspace_owner as (select id from people order by not is_here, rank, joined_at, id limit 1),
asked as materialized (
    select * from jsonb_to_recordset(%(steps)s::jsonb) as asked (
            clock uuid, seam uuid, stage text, said jsonb, words text, skipped text, task_due timestamptz,
            next_at timestamptz, version int
        )
),
due as materialized (
    select
        asked.*,
        asked.said ->> 'action' as action,
        c.rung,
        c.next_rung_at as fell_due_at,
        c.due_at as limit_at,
        r.id as record_id,
        r.number,
        r.team_id,
        r.name || ' (' || asked.stage || ')' as title,
        open_task.id as open_task_id,
        open_task.assignee_id as holder_id,
        named.id as named_id,
        coalesce(
            case when open_task.is_able then open_task.assignee_id end,
            named.id,
            case when asked.said ->> 'action' <> 'raise' then nullif(manager.id, r.owner_id) end,
            nullif(seam_owner.id, r.owner_id),
            workspace_owner.id
        ) as above_id,
        coalesce(named.id, holder.id, manager.id, seam_owner.id, workspace_owner.id) as warned_id
    from asked
    join handoffs_stageclock c on c.workspace_id = %(workspace)s and c.id = asked.clock
    join lifecycle_record r on r.workspace_id = c.workspace_id and r.id = c.record_id
    cross join lateral (select asked.said as rung, asked.said ->> 'action' as action) step
    cross join lateral (select r.workspace_id, r.owner_id as assignee_id) h
    left join handoffs_seam s on s.workspace_id = r.workspace_id and s.id = asked.seam
    left join workspaces_team t on t.workspace_id = r.workspace_id and t.id = r.team_id
    left join people holder on holder.id = r.owner_id and holder.is_here
    left join people boss on boss.id = t.manager_id
    left join people manager on manager.id = boss.acts_id and manager.is_here
    left join people owner on owner.id = s.owner_id
    left join people seam_owner on seam_owner.id = owner.acts_id and seam_owner.is_here
    cross join workspace_owner
    left join lateral (/*{rung_people*/ select p.id, 1 as place from people p /*}*/) named on named.place = 1
    left join lateral (
        select
            k.id,
            k.assignee_id,
            exists(select from people asked_again where asked_again.id = k.assignee_id and asked_again.is_here)
                as is_able
        from handoffs_task k
        where
            k.workspace_id = r.workspace_id and k.record_id = r.id and k.kind = 'aged' and k.done_at is null
            and (
                asked.said ->> 'action' = 'task'
                or k.assignee_id = coalesce(named.id, nullif(seam_owner.id, r.owner_id), workspace_owner.id)
            )
        order by k.number desc
        limit 1
    ) open_task on asked.said ->> 'action' in ('task', 'raise')
),
taken as materialized (
    select
        due.*,
        action in ('task', 'raise') and open_task_id is null as is_new_task,
        row_number() over (
            partition by action in ('task', 'raise') and open_task_id is null
            order by fell_due_at, number
        ) as place
    from due
    where skipped is null
),
wanted_numbers (noun, amount) as (select 'task', count(*) from taken where is_new_task),
numbers as (/*{take_numbers*/ select 'task' as noun, 1 as value /*}*/),
tasks as (
    insert into handoffs_task (
        workspace_id, number, kind, title, assignee_id, team_id, record_id, due_at, created_at
    )
    select
        %(workspace)s,
        numbers.value - wanted_numbers.amount + taken.place,
        'aged',
        left('Too long here: ' || taken.title, 300),
        taken.above_id,
        taken.team_id,
        taken.record_id,
        taken.task_due,
        taken.fell_due_at
    from taken
    cross join numbers
    cross join wanted_numbers
    where taken.is_new_task
    returning record_id, number
),
passed_up as (
    update handoffs_task k
    set assignee_id = taken.above_id
    from taken
    where
        k.workspace_id = %(workspace)s and k.id = taken.open_task_id
        and taken.holder_id is distinct from taken.above_id
),
events as (
    select
        'record.aged' as kind,
        'record' as subject_kind,
        taken.record_id as subject_id,
        taken.record_id,
        null::uuid as actor_id,
        taken.fell_due_at as at,
        jsonb_build_object(
            'stage', taken.stage, 'words', taken.words, 'to', receiver.name, 'noticed_at', %(at)s
        ) as facts,
        taken.version as blueprint_version,
        '' as request_id
    from taken
    left join workspaces_member receiver
        on
        receiver.workspace_id = %(workspace)s
        and receiver.id = case taken.action when 'warn' then taken.warned_id else taken.above_id end
),
logged as (/*{log_events*/ select * from events /*}*/),
people_told as (
    select
        case action when 'warn' then warned_id else above_id end as member_id,
        case
            when action = 'raise' then 'raised'
            when action = 'task' then 'task'
            when fell_due_at < limit_at then 'due_soon'
            else 'breached'
        end as kind,
        case when action <> 'warn' or fell_due_at >= limit_at then 'Too long here: ' else '' end || title as title,
        stage as place,
        'record' as about,
        number,
        task_due as due_at,
        %(at)s::timestamptz as at,
        null::uuid as actor_id
    from taken
    where action <> 'warn' or said ->> 'target' is distinct from 'role' or named_id is null
    union all
    select
        p.id,
        case when taken.fell_due_at < taken.limit_at then 'due_soon' else 'breached' end,
        case when taken.fell_due_at < taken.limit_at then '' else 'Too long here: ' end || taken.title,
        taken.stage,
        'record',
        taken.number,
        taken.limit_at,
        %(at)s,
        null
    from taken
    join workspaces_member m on m.workspace_id = %(workspace)s and m.role = taken.said ->> 'role'
    join people p on p.id = m.id and p.is_here
    where taken.action = 'warn' and taken.said ->> 'target' = 'role'
),
told as (/*{tell_people*/ select * from people_told /*}*/)
update handoffs_stageclock c
set
    rung = c.rung + 1,
    next_rung_at = due.next_at,
    taken = c.taken || jsonb_build_object(
        'rung', c.rung, 'action', due.action, 'words', due.words, 'condition', due.said ->> 'condition',
        'at', due.fell_due_at, 'taken_at', %(at)s, 'skipped', due.skipped, 'task', tasks.number,
        'to', case when due.skipped is null
                then coalesce(
                        (
                            select m.name from workspaces_member m
                            where
                                m.workspace_id = %(workspace)s
                                and m.id = case due.action when 'warn' then due.warned_id else due.above_id end
                        ), ''
                    )
            else ''
        end
    )
from due
left join tasks on tasks.record_id = due.record_id
where c.workspace_id = %(workspace)s and c.id = due.clock
