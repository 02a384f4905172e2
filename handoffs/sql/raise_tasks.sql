-- Raise late tasks to who is above whoever has them: a task of their own, which ends with the one it is about, and a
-- notice. Where nobody is above them, or what was raised before it was put off is still open, it stays as it is.
--
-- Who is above: the manager of the task's team or of a team they sit in, the owner of its handoff's seam, the owner of
-- the workspace, or the deputy of who is away; nobody over themselves, and nobody who is away while somebody else is
-- here.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
--   due timestamptz: by when the new tasks are to be done
--   most int: how many are raised
--   blueprint_version int: the version in force
-- parts:
--   able_people: the people who may be above somebody
--   take_numbers: numbers of the tasks
--   log_events: the events
--   tell_people: the notices
-- columns:
--   raised: how many tasks that was
with people as materialized (
    /*{able_people*/ select id, true as is_here, 0 as rank, joined_at, id as acts_id from workspaces_member /*}*/
),
late as materialized (
    select k.* from handoffs_task k
    where k.workspace_id = %(workspace)s and k.done_at is null and k.chase_at <= %(at)s
    order by k.chase_at
    limit %(most)s
    for no key update of k skip locked
),
above as materialized (
    select
        late.*,
        holder.name as holder_name,
        receiver.id as to_id,
        row_number() over (partition by receiver.id is not null order by late.chase_at, late.number) as place
    from late
    left join workspaces_member holder on holder.workspace_id = late.workspace_id and holder.id = late.assignee_id
    left join lateral (
        select p.id
        from people boss
        join people p on p.id = boss.acts_id and p.is_here
        left join workspaces_team own
            on own.workspace_id = late.workspace_id and own.id = late.team_id and own.manager_id = boss.id
        left join handoffs_handoff h on h.workspace_id = late.workspace_id and h.id = late.handoff_id
        left join handoffs_seam s on s.workspace_id = late.workspace_id and s.id = h.seam_id and s.owner_id = boss.id
        where
            p.id is distinct from late.assignee_id
            and not exists (
                select from handoffs_task former
                where
                    former.workspace_id = late.workspace_id and former.about_id = late.id and former.done_at is null
            )
            and (
                own.id is not null or s.id is not null or boss.rank = 0
                or exists (
                    select from workspaces_teamseat seat
                    join workspaces_team t on t.workspace_id = seat.workspace_id and t.id = seat.team_id
                    where
                        seat.workspace_id = late.workspace_id and seat.member_id = late.assignee_id
                        and t.manager_id = boss.id
                )
            )
        order by
            own.id is null,
            boss.rank = 0 and s.id is null,
            s.id is not null,
            boss.rank,
            boss.joined_at,
            boss.id
        limit 1
    ) receiver on true
),
wanted_numbers (noun, amount) as (select 'task', count(*) from above where to_id is not null),
numbers as (/*{take_numbers*/ select 'task' as noun, 1 as value /*}*/),
made as (
    insert into handoffs_task (
        workspace_id, number, kind, title, assignee_id, team_id, handoff_id, record_id, due_at, created_at, about_id
    )
    select
        above.workspace_id,
        numbers.value - wanted_numbers.amount + above.place,
        'late_task',
        left('Late with ' || coalesce(above.holder_name, 'nobody') || ': ' || above.title, 300),
        above.to_id,
        above.team_id,
        above.handoff_id,
        above.record_id,
        %(due)s,
        %(at)s,
        above.id
    from above
    cross join numbers
    cross join wanted_numbers
    where above.to_id is not null
    returning number, title, assignee_id, about_id
),
raised as (
    update handoffs_task k
    set chased = 2, chase_at = null
    from above
    where k.workspace_id = %(workspace)s and k.id = above.id
    returning k.id
),
events as (
    select
        'task.raised' as kind,
        'task' as subject_kind,
        above.id as subject_id,
        above.record_id,
        null::uuid as actor_id,
        above.chase_at as at,
        jsonb_build_object(
            'number', above.number, 'title', above.title, 'assignee', above.holder_name, 'to', receiver.name,
            'noticed_at', %(at)s
        ) as facts,
        %(blueprint_version)s as blueprint_version,
        '' as request_id
    from above
    join workspaces_member receiver on receiver.workspace_id = above.workspace_id and receiver.id = above.to_id
),
logged as (/*{log_events*/ select * from events /*}*/),
people_told as (
    select
        made.assignee_id as member_id,
        'raised' as kind,
        made.title,
        'tasks' as place,
        'task' as about,
        made.number,
        %(due)s::timestamptz as due_at,
        %(at)s::timestamptz as at,
        null::uuid as actor_id
    from made
),
told as (/*{tell_people*/ select * from people_told /*}*/)
select count(*) as raised from raised
