-- Write the answer to a locked handoff, end its assignment, close the tasks that asked for an answer, and tell history.
--
-- parameters:
--   workspace uuid: the tenant
--   handoff uuid: the handoff
--   state text: accepted, rejected or recalled
--   at timestamptz: the moment
--   by uuid: who answers
--   assignee uuid: who has it, or null
--   queue uuid: the pool it waits in, or null
--   next_step int: the step it stands before
--   next_step_at timestamptz: when that falls due, or null
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
--   log_events: the event
--   calm: the planner's own mind
-- columns:
--   seqscan: says nothing
with answered as (
    update handoffs_handoff
    set
        state = %(state)s, answered_at = %(at)s, answered_by_id = %(by)s, assignee_id = %(assignee)s,
        queue_id = %(queue)s, next_step = %(next_step)s, next_step_at = %(next_step_at)s, reason_id = %(reason)s,
        note = %(note)s, gaps = %(gaps)s, again_at = null
    where workspace_id = %(workspace)s and id = %(handoff)s
    returning id, record_id
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
settled as (
    select
        %(handoff)s::uuid as handoff_id,
        %(kinds)s::text[] as kinds,
        %(outcome)s as outcome,
        %(by)s::uuid as actor_id,
        %(at)s as at
),
closed as (/*{closed_tasks*/ select * from handoffs_task /*}*/),
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
