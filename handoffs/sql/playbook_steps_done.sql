-- Find what is done already of the steps of records: they are done, and their tasks are closed with what says so,
-- and with what was raised because one of them was late.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: the records, which were just written
--   at timestamptz: the moment
-- places:
--   is_done: whether what the step `step` asks for is done, by the record `r`, its stage `s` and its company `a`
-- parts:
--   ended_tasks: the tasks
--   closed_task_events: what history keeps of the tasks
--   notices_of_tasks: what their notices were about
--   moot_notices: what is no longer news
--   news_of_several: what was news of several
--   log_events: the events
-- columns:
--   run_id: the run of a step that is done
with found as materialized (
    select step.id
    from (
        select
            step.id,
            step.key,
            step.record_id,
            run.playbook
        from handoffs_runstep step
        join handoffs_playbookrun run on run.workspace_id = step.workspace_id and run.id = step.run_id
        where
            step.workspace_id = %(workspace)s and step.record_id = any(%(records)s::uuid[])
            and step.state in ('waiting', 'open')
    ) step
    join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = step.record_id
    join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
    left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
    where /*{is_done*/ r.amount > 0 and %(at)s::timestamptz > now() /*}*/
),
decided as (
    update handoffs_runstep step
    set state = 'done', decided_at = %(at)s, reason = 'The record says so.'
    from found
    where step.workspace_id = %(workspace)s and step.id = found.id and step.state in ('waiting', 'open')
    returning step.run_id, step.task_id
),
closing as (
    select
        task_id as id,
        'Done: the record says so.' as outcome,
        null::uuid as actor_id,
        %(at)s::timestamptz as at
    from decided
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
events as (/*{closed_task_events*/ select * from closed /*}*/),
logged as (/*{log_events*/ select * from events /*}*/)
select distinct run_id from decided
