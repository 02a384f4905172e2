-- Close the open tasks of one kind about handoffs that were offered again, or touched.
--
-- parameters:
--   outcomes jsonb: by handoff, what came of its tasks
--   kinds text[]: the kinds of tasks
--   by uuid: the member whose doing it was, or null
--   at timestamptz: the moment
-- parts:
--   closed_tasks: the tasks
--   closed_task_events: what history keeps of them
--   notices_of_tasks: what their notices were about
--   moot_notices: what is no longer news
--   news_of_several: what was news of several
--   log_events: the events
with settled as (
    select
        key::uuid as handoff_id,
        %(kinds)s::text[] as kinds,
        value as outcome,
        %(by)s::uuid as actor_id,
        %(at)s as at
    from jsonb_each_text(%(outcomes)s::jsonb)
),
closed as (/*{closed_tasks*/ select * from handoffs_task /*}*/),
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
events as (/*{closed_task_events*/ select * from closed /*}*/)
/*{log_events*/ select * from events /*}*/
