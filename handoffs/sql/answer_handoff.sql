-- Write the answer to a locked handoff, end its assignment and its clock, close the tasks that asked for an answer, and
-- tell history. Where it is accepted and not yet touched, the clock of the first touch begins, if it did not with the
-- offer.
--
-- parameters:
--   workspace uuid: the tenant
--   handoff uuid: the handoff
--   state text: accepted, rejected or recalled
--   at timestamptz: the moment
--   by uuid: who answers
--   assignee uuid: who has it, or null
--   queue uuid: the pool it waits in, or null
--   touch_due timestamptz: when it must be touched first, or null where it need not
--   touch_rungs jsonb: what happens if it is not
--   reason uuid: why it is refused, or null
--   note text: what was said
--   gaps jsonb: keys of the items that are missing in the packet
--   facts jsonb: what history keeps of it
--   kinds text[]: the kinds of tasks that asked for an answer
--   outcome text: what came of them
--   turn_back text: why the turn is given back, or ''
--   blueprint_version int: the version in force
--   request_id text: the request that caused it
-- parts:
--   turns_given_back: the turn of who had it
--   closed_tasks: the tasks that asked for an answer
--   closed_task_events: what history keeps of them
--   notices_of_tasks: what their notices were about
--   moot_notices: what is no longer news
--   news_of_several: what was news of several
--   log_events: the event
--   calm: the planner's own mind
-- columns:
--   seqscan: says nothing
with answered as (
    update handoffs_handoff
    set
        state = %(state)s, answered_at = %(at)s, answered_by_id = %(by)s, assignee_id = %(assignee)s,
        queue_id = %(queue)s, reason_id = %(reason)s, note = %(note)s, gaps = %(gaps)s, again_at = null
    where workspace_id = %(workspace)s and id = %(handoff)s
    returning id, record_id, number
),
ended as (
    update handoffs_assignment
    set ended_at = %(at)s
    where workspace_id = %(workspace)s and handoff_id = %(handoff)s and ended_at is null
    returning
        id as assignment_id,
        handoff_id,
        pool_id,
        member_id,
        ended_at as at,
        %(turn_back)s <> '' and trace ->> 'turn' is not null as was_turn
),
given_up as (select *, %(turn_back)s as why from ended where %(turn_back)s <> '' and member_id is not null),
given_back as (/*{turns_given_back*/ select * from given_up /*}*/),
stopped as (
    update handoffs_clock
    set
        stopped_at = %(at)s,
        next_rung_at = null,
        breached_at = case when breached_at is not null or due_at < %(at)s then due_at end,
        state = case
            when breached_at is not null or due_at < %(at)s then 'breached'
            when %(state)s = 'recalled' or kind <> 'answer' then 'ended'
            else 'met'
        end
    where
        workspace_id = %(workspace)s and handoff_id = %(handoff)s and stopped_at is null
        and (kind = 'answer' or %(state)s <> 'accepted')
    returning kind, run, started_at, hours_id
),
begun as (
    insert into handoffs_clock (
        workspace_id, handoff_id, kind, run, member_id, started_at, due_at, hours_id, rungs, next_rung_at
    )
    select
        %(workspace)s,
        %(handoff)s,
        'first_touch',
        run,
        %(assignee)s,
        started_at,
        %(touch_due)s,
        hours_id,
        %(touch_rungs)s,
        %(touch_due)s
    from stopped
    where kind = 'answer' and %(touch_due)s::timestamptz is not null
    on conflict (workspace_id, handoff_id, kind, run) do nothing
),
settled as (
    select
        %(handoff)s::uuid as handoff_id,
        %(kinds)s::text[] as kinds,
        %(outcome)s as outcome,
        %(by)s::uuid as actor_id,
        %(at)s as at
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
        answered.id as subject_id,
        answered.record_id,
        %(by)s::uuid as actor_id,
        %(at)s as at,
        %(facts)s::jsonb as facts,
        %(blueprint_version)s as blueprint_version,
        %(request_id)s as request_id
    from answered
    union all
    (/*{closed_task_events*/ select * from closed /*}*/)
),
logged as (/*{log_events*/ select * from events /*}*/),
calm as materialized (/*{calm*/ select '' as seqscan /*}*/)
select seqscan from calm
