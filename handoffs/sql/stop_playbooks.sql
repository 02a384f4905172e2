-- Stop running playbooks: what is still to come is let go, and its open tasks are closed, with what was
-- raised because one of them was late.
--
-- parameters:
--   workspace uuid: the tenant
--   stopping jsonb: by run, why
--   at timestamptz: the moment
--   by uuid: who stops them, or null
--   blueprint_version int: the version in force
--   request_id text: the request that caused it
-- parts:
--   ended_tasks: the tasks
--   closed_task_events: what history keeps of the tasks
--   notices_of_tasks: what their notices were about
--   moot_notices: what is no longer news
--   news_of_several: what was news of several
--   log_events: the events
with asked as (
    select
        key::uuid as run_id,
        value as reason
    from jsonb_each_text(%(stopping)s::jsonb)
),
ended as (
    update handoffs_playbookrun run
    set
        state = 'stopped',
        ended_at = greatest(%(at)s, run.began_at),
        ended_by_id = %(by)s::uuid,
        reason = left(asked.reason, 300)
    from asked
    where run.workspace_id = %(workspace)s and run.id = asked.run_id and run.ended_at is null
    returning run.id, run.number, run.record_id, run.label, run.reason, run.ended_at
),
let_go as (
    update handoffs_runstep step
    set state = 'stopped', decided_at = ended.ended_at, reason = ended.reason
    from ended
    where step.workspace_id = %(workspace)s and step.run_id = ended.id and step.state in ('waiting', 'open')
    returning step.task_id, step.reason
),
closing as (
    select
        task_id as id,
        'Let go: ' || reason as outcome,
        %(by)s::uuid as actor_id,
        %(at)s::timestamptz as at
    from let_go
),
closed as (/*{ended_tasks*/ select * from handoffs_task /*}*/),
moot as (/*{notices_of_tasks*/ select * from closed /*}*/),
relieved as (
    select
        assignee_id as member_id,
        id as task_id,
        handoff_id,
        done_at as at
    from closed
),
several as (/*{news_of_several*/ select handoff_id as id from relieved /*}*/),
seen as (/*{moot_notices*/ select * from moot /*}*/),
events as (
    /*{closed_task_events*/ select * from closed /*}*/
    union all
    select
        'playbook.stopped',
        'playbookrun',
        id,
        record_id,
        %(by)s::uuid,
        ended_at,
        jsonb_build_object('number', number, 'playbook', label, 'why', reason),
        %(blueprint_version)s,
        %(request_id)s
    from ended
)
/*{log_events*/ select * from events /*}*/
