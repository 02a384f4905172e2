-- Count as seen what people were told of tasks that were just closed.
--
-- parameters:
--   workspace uuid: the tenant
--   tasks uuid[]: the tasks
-- parts:
--   notices_of_tasks: what their notices were about
--   moot_notices: what is no longer news
--   news_of_several: what was news of several
with closed as (
    select * from handoffs_task k
    where k.workspace_id = %(workspace)s and k.id = any(%(tasks)s)
),
moot as (
    /*{notices_of_tasks*/ select * from closed /*}*/
    union all
    select
        'record',
        r.number,
        array['task', 'raised'],
        closed.done_at
    from closed
    join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = closed.record_id
    where closed.kind = 'aged'
),
relieved as (
    select
        assignee_id as member_id,
        id as task_id,
        handoff_id,
        done_at as at
    from closed
),
several as (/*{news_of_several*/ select handoff_id as id from relieved /*}*/)
/*{moot_notices*/ select * from moot /*}*/
