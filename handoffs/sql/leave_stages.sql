-- Records entered stages, one perhaps what another one left: the clocks of those they left stop, the tasks about their
-- age close, and what people were told of it is no longer news.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: the records
--   stages uuid[]: the stages they entered
--   at timestamptz: the moment
--   by uuid: whose doing it is, or null
--   outcome text: what the tasks say then
-- parts:
--   ended_tasks: the tasks
--   closed_task_events: what history keeps of them
--   notices_of_tasks: what their notices were about
--   moot_notices: what is no longer news
--   news_of_several: what was news of several
--   log_events: the events
with stopped as (
    update handoffs_stageclock c
    set next_rung_at = null, stopped_at = %(at)s
    where
        c.workspace_id = %(workspace)s and c.record_id = any(%(records)s) and c.next_rung_at is not null
        and (
            c.stage_id <> all(%(stages)s) or not exists (
                select from lifecycle_record r
                where
                    r.workspace_id = c.workspace_id and r.id = c.record_id and r.stage_id = c.stage_id
                    and r.entered_stage_at = c.entered_at
            )
        )
    returning c.record_id
),
closing as (
    select
        k.id,
        %(outcome)s::text as outcome,
        %(by)s::uuid as actor_id,
        %(at)s::timestamptz as at
    from handoffs_task k
    where
        k.workspace_id = %(workspace)s and k.record_id = any(%(records)s) and k.kind = 'aged' and k.done_at is null
),
closed as (/*{ended_tasks*/ select * from handoffs_task /*}*/),
moot as (
    select
        'record' as about,
        r.number,
        array['due_soon', 'breached', 'task', 'raised'] as kinds,
        %(at)s::timestamptz as at
    from stopped
    join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = stopped.record_id
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
),
several as (/*{news_of_several*/ select handoff_id as id from relieved /*}*/),
seen as (/*{moot_notices*/ select * from moot /*}*/),
events as (/*{closed_task_events*/ select * from closed /*}*/)
/*{log_events*/ select * from events /*}*/
