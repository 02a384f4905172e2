-- Take steps of playbooks whose time to come is here, longest first: each is skipped with its reason, or its task is
-- made for who has its part. Where the day it counts from is blank now it waits, and is looked at again in a day. What
-- is locked is skipped, and found by the next pass.
--
-- A part that nobody has goes to the owner's manager, the manager of the side that works the record, or the owner of
-- the workspace; that of a manager or a seam's owner who is away to their deputy. Of a function, those who are here
-- take turns, whoever has the fewest open tasks first.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
--   most int: how many are taken
--   kept jsonb: by playbook, what the version says of it
--   blueprint_version int: the version in force
--   request_id text: the request that caused it
-- places:
--   is_met: whether the condition of the step `step` is met by the record `r`, its stage `s` and its company `a`
--   is_done: whether what it asks for is done already
--   has_day: whether the day that its playbook counts from is known
-- parts:
--   able_people: the people who may have a part
--   take_numbers: numbers of the tasks
--   tell_people: the notices
--   log_events: the events
-- columns:
--   run_id: the run of a step that was taken
with people as materialized (
    /*{able_people*/ select id, true as is_here, 0 as rank, joined_at, id as acts_id from workspaces_member /*}*/
),
workspace_owner as (select id from people order by not is_here, rank, joined_at, id limit 1),
due as materialized (
    select
        step.id,
        step.run_id,
        step.record_id,
        step.key,
        step.label,
        step.due_at,
        run.playbook,
        run.label as run_label
    from handoffs_runstep step
    join handoffs_playbookrun run on run.workspace_id = step.workspace_id and run.id = step.run_id
    where step.workspace_id = %(workspace)s and step.state = 'waiting' and step.comes_at <= %(at)s
    order by step.comes_at
    limit %(most)s
    for no key update of step, run skip locked
),
looked_at as materialized (
    select
        step.*,
        r.name as record_name,
        r.owner_id,
        r.team_id,
        s.team_function,
        %(kept)s::jsonb -> step.playbook -> 'steps' -> step.key as said,
        /*{has_day*/ true /*}*/ as has_day,
        /*{is_done*/ false /*}*/ as is_done,
        /*{is_met*/ true /*}*/ as is_met
    from due step
    join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = step.record_id
    join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
    left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
),
judged as materialized (
    select
        looked_at.*,
        said is not null and not is_done and not has_day as waits,
        case
            when said is null then 'It is no part of the playbook any more.'
            when is_done then 'It was done before it came.'
            when has_day and not is_met then 'Its condition is not met: ' || (said ->> 'why')
        end as why_not
    from looked_at
),
asked as materialized (
    select
        judged.*,
        row_number() over (partition by judged.said ->> 'function' order by judged.due_at, judged.id) - 1 as turn
    from judged
    where judged.why_not is null and not judged.waits
),
line as materialized (
    select
        side.function,
        people.id as member_id,
        row_number() over (partition by side.function order by load.open_tasks, people.joined_at, people.id) - 1
            as place,
        count(*) over (partition by side.function) as amount
    from (select distinct said ->> 'function' as function from asked where said ->> 'role' = 'team') side
    cross join
        lateral (
            select distinct seat.member_id
            from workspaces_team t
            join workspaces_teamseat seat on seat.workspace_id = t.workspace_id and seat.team_id = t.id
            where t.workspace_id = %(workspace)s and t.function = side.function
        ) seated
    join people on people.id = seated.member_id and people.is_here
    cross join lateral (
        select count(*) as open_tasks from handoffs_task k
        where k.workspace_id = %(workspace)s and k.assignee_id = people.id and k.done_at is null
    ) load
),
given as materialized (
    select
        asked.*,
        new_id() as task_id,
        row_number() over (order by asked.due_at, asked.id) as place,
        coalesce(
            case asked.said ->> 'role'
                when 'owner' then owner.id
                when 'manager' then manager.id
                when 'seam_owner' then seam_owner.id
                else line.member_id
            end,
            manager.id,
            side.manager_id,
            workspace_owner.id
        ) as to_id
    from asked
    left join people owner on owner.id = asked.owner_id
    left join lateral (
        select people.id
        from workspaces_teamseat seat
        join workspaces_team t on t.workspace_id = seat.workspace_id and t.id = seat.team_id
        join people boss on boss.id = t.manager_id
        join people on people.id = boss.acts_id and people.is_here
        where
            seat.workspace_id = %(workspace)s and seat.member_id = asked.owner_id and t.manager_id <> asked.owner_id
        order by t.key
        limit 1
    ) manager on true
    left join lateral (
        select people.id as manager_id
        from workspaces_team t
        join people boss on boss.id = t.manager_id
        join people on people.id = boss.acts_id and people.is_here
        where t.workspace_id = %(workspace)s and t.function = asked.team_function
        order by t.key
        limit 1
    ) side on true
    left join handoffs_seam seam
        on seam.workspace_id = %(workspace)s and seam.key = asked.said ->> 'seam' and not seam.is_retired
    left join people boss on boss.id = seam.owner_id
    left join people seam_owner on seam_owner.id = boss.acts_id and seam_owner.is_here
    left join line on line.function = asked.said ->> 'function' and line.place = mod(asked.turn, line.amount)
    cross join workspace_owner
),
wanted_numbers (noun, amount) as (select 'task', count(*) from given),
numbers as (/*{take_numbers*/ select 'task' as noun, 1 as value /*}*/),
made as (
    insert into handoffs_task (
        id, workspace_id, number, kind, title, assignee_id, team_id, record_id, due_at, created_at
    )
    select
        given.task_id,
        %(workspace)s,
        numbers.value - wanted_numbers.amount + given.place,
        'playbook',
        left(given.label || ': ' || given.record_name, 300),
        given.to_id,
        given.team_id,
        given.record_id,
        given.due_at,
        %(at)s
    from given
    cross join numbers
    cross join wanted_numbers
    returning id, number, title, assignee_id, record_id, due_at
),
events as (
    select
        'task.created' as kind,
        'task' as subject_kind,
        made.id as subject_id,
        made.record_id,
        null::uuid as actor_id,
        %(at)s::timestamptz as at,
        jsonb_build_object('number', made.number, 'title', made.title, 'kind', 'playbook', 'assignee', member.name)
            as facts,
        %(blueprint_version)s::int as blueprint_version,
        %(request_id)s::text as request_id
    from made
    join workspaces_member member on member.workspace_id = %(workspace)s and member.id = made.assignee_id
    union all
    select
        'playbook.skipped',
        'playbookrun',
        judged.run_id,
        judged.record_id,
        null,
        %(at)s,
        jsonb_build_object(
            'playbook', judged.run_label, 'step', judged.label, 'why', judged.why_not
        ),
        %(blueprint_version)s,
        %(request_id)s
    from judged
    where judged.why_not is not null
),
logged as (/*{log_events*/ select * from events /*}*/),
people_told as (
    select
        made.assignee_id as member_id,
        'task' as kind,
        made.title,
        given.run_label as place,
        'task' as about,
        made.number,
        made.due_at,
        %(at)s::timestamptz as at,
        null::uuid as actor_id
    from made
    join given on given.task_id = made.id
),
told as (/*{tell_people*/ select * from people_told /*}*/)
update handoffs_runstep step
set
    state = case when judged.waits then 'waiting' when judged.why_not is null then 'open' else 'skipped' end,
    comes_at = case when judged.waits then %(at)s::timestamptz + interval '1 day' else step.comes_at end,
    task_id = given.task_id,
    decided_at = case when judged.why_not is not null then %(at)s::timestamptz end,
    reason = case
        when judged.waits then 'The day it counts from is blank.'
        else left(coalesce(judged.why_not, ''), 300)
    end
from judged
left join given on given.id = judged.id
where step.workspace_id = %(workspace)s and step.id = judged.id
returning step.run_id
