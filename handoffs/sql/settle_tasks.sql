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
events as (/*{closed_task_events*/ select * from closed /*}*/)
/*{log_events*/ select * from events /*}*/
