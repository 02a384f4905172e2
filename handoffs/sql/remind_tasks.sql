-- Remind whoever has late tasks, once each, and note when they are raised to who is above them.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
--   raise_at jsonb: by claimed task, when it is raised
--   blueprint_version int: the version in force
-- parts:
--   log_events: the events
--   tell_people: the notices
with reminded as (
    update handoffs_task k
    set chased = 1, chase_at = case when k.kind <> 'late_task' then asked.value::timestamptz end
    from jsonb_each_text(%(raise_at)s::jsonb) asked
    where k.workspace_id = %(workspace)s and k.id = asked.key::uuid and k.done_at is null and k.chased = 0
    returning k.id, k.record_id, k.number, k.title, k.assignee_id, k.due_at
),
events as (
    select
        'task.reminded' as kind,
        'task' as subject_kind,
        id as subject_id,
        record_id,
        null::uuid as actor_id,
        due_at as at,
        jsonb_build_object('number', number, 'title', title, 'noticed_at', %(at)s) as facts,
        %(blueprint_version)s as blueprint_version,
        '' as request_id
    from reminded
),
logged as (/*{log_events*/ select * from events /*}*/),
people_told as (
    select
        assignee_id as member_id,
        'breached' as kind,
        'Your task is late: ' || title as title,
        'tasks' as place,
        'task' as about,
        number,
        due_at,
        %(at)s::timestamptz as at,
        null::uuid as actor_id
    from reminded
)
/*{tell_people*/ select * from people_told /*}*/
