-- Write one answer to many locked handoffs, as `answer_handoff` does to one: end their assignments and clocks, close
-- the tasks that asked for an answer, and tell history. Where they are accepted and not yet touched, the clocks of the
-- first touch begin, if they did not with the offer.
--
-- parameters:
--   workspace uuid: the tenant
--   answers jsonb: one object per handoff: when it must be touched first, if it must, with the steps of that clock; the
--     keys of the items that are missing in its packet; what history keeps of it
--   state text: accepted, rejected or recalled
--   at timestamptz: the moment
--   by uuid: who answers
--   reason uuid: why they are refused, or null
--   note text: what was said
--   kinds text[]: the kinds of tasks that asked for an answer
--   outcome text: what came of them
--   turn_back text: why the turns are given back, or ''
--   blueprint_version int: the version in force
--   request_id text: the request that caused it
-- parts:
--   turns_given_back: the turns of who had them
--   closed_tasks: the tasks that asked for an answer
--   closed_task_events: what history keeps of them
--   notices_of_tasks: what their notices were about
--   moot_notices: what is no longer news
--   news_of_several: what was news of several
--   log_events: the events
with answers as materialized (
    select *
    from jsonb_to_recordset(%(answers)s::jsonb) as answer (
            handoff uuid, touch_due timestamptz, touch_rungs jsonb, gaps jsonb, facts jsonb
        )
),
answered as (
    update handoffs_handoff h
    set
        state = %(state)s,
        answered_at = %(at)s,
        answered_by_id = %(by)s,
        assignee_id = case when %(state)s = 'accepted' then coalesce(h.assignee_id, %(by)s) else h.assignee_id end,
        queue_id = case when %(state)s = 'accepted' then null else h.queue_id end,
        reason_id = %(reason)s,
        note = %(note)s,
        gaps = answers.gaps,
        again_at = null
    from answers
    where h.workspace_id = %(workspace)s and h.id = answers.handoff
    returning h.id, h.record_id, h.number, h.assignee_id, answers.facts, answers.touch_due, answers.touch_rungs
),
ended as (
    update handoffs_assignment a
    set ended_at = %(at)s
    from answers
    where a.workspace_id = %(workspace)s and a.handoff_id = answers.handoff and a.ended_at is null
    returning
        a.id as assignment_id,
        a.handoff_id,
        a.pool_id,
        a.member_id,
        a.ended_at as at,
        %(turn_back)s <> '' and a.trace ->> 'turn' is not null as was_turn
),
given_up as (select *, %(turn_back)s as why from ended where %(turn_back)s <> '' and member_id is not null),
given_back as (/*{turns_given_back*/ select * from given_up /*}*/),
stopped as (
    update handoffs_clock c
    set
        stopped_at = %(at)s,
        next_rung_at = null,
        breached_at = case when c.breached_at is not null or c.due_at < %(at)s then c.due_at end,
        state = case
            when c.breached_at is not null or c.due_at < %(at)s then 'breached'
            when %(state)s = 'recalled' or c.kind <> 'answer' then 'ended'
            else 'met'
        end
    from answers
    where
        c.workspace_id = %(workspace)s and c.handoff_id = answers.handoff and c.stopped_at is null
        and (c.kind = 'answer' or %(state)s <> 'accepted')
    returning c.handoff_id, c.kind, c.run, c.started_at, c.hours_id
),
begun as (
    insert into handoffs_clock (
        workspace_id, handoff_id, kind, run, member_id, started_at, due_at, hours_id, rungs, next_rung_at
    )
    select
        %(workspace)s,
        answered.id,
        'first_touch',
        stopped.run,
        answered.assignee_id,
        stopped.started_at,
        answered.touch_due,
        stopped.hours_id,
        answered.touch_rungs,
        answered.touch_due
    from answered
    join stopped on stopped.handoff_id = answered.id and stopped.kind = 'answer'
    where answered.touch_due is not null
    on conflict (workspace_id, handoff_id, kind, run) do nothing
),
settled as (
    select
        id as handoff_id,
        %(kinds)s::text[] as kinds,
        %(outcome)s as outcome,
        %(by)s::uuid as actor_id,
        %(at)s::timestamptz as at
    from answered
),
closed as (/*{closed_tasks*/ select * from handoffs_task /*}*/),
moot as (
    select
        'handoff' as about,
        number,
        array['offered', 'passed_on', 'due_soon', 'breached'] as kinds,
        %(at)s::timestamptz as at
    from answered
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
        'handoff.' || %(state)s as kind,
        'handoff' as subject_kind,
        id as subject_id,
        record_id,
        %(by)s::uuid as actor_id,
        %(at)s::timestamptz as at,
        facts,
        %(blueprint_version)s as blueprint_version,
        %(request_id)s as request_id
    from answered
    union all
    (/*{closed_task_events*/ select * from closed /*}*/)
)
/*{log_events*/ select * from events /*}*/
