-- Open an accepted handoff again for whoever had it: a hand and a clock of their own, which go on where they stood, and
-- the tasks that accepting closed, once more. Nothing that is written is changed but the answer, by an event of this
-- transaction.
--
-- parameters:
--   workspace uuid: the tenant
--   handoff uuid: the handoff
--   at timestamptz: the moment
--   touch_at_once bool: whether the first touch is chased while nobody has answered
-- parts:
--   take_numbers: numbers of the tasks
with accepted as materialized (
    select
        h.*,
        a.member_id as former_member_id,
        a.pool_id as former_pool_id,
        a.trace as former_trace,
        a.ended_at as hand_ended_at,
        p.id as waited_in_id
    from handoffs_handoff h
    join lateral (
        select * from handoffs_assignment a
        where a.workspace_id = h.workspace_id and a.handoff_id = h.id
        order by a.at desc, a.id desc
        limit 1
    ) a on true
    left join handoffs_pool p on p.workspace_id = h.workspace_id and p.id = a.pool_id and a.member_id is null
    where h.workspace_id = %(workspace)s and h.id = %(handoff)s and h.state = 'accepted'
),
hand as (
    insert into handoffs_assignment (workspace_id, handoff_id, member_id, pool_id, at, cause, trace)
    select
        workspace_id,
        id,
        former_member_id,
        former_pool_id,
        hand_ended_at,
        'undone',
        former_trace - 'turn'
    from accepted
),
first_touches as (
    update handoffs_clock c
    set
        stopped_at = %(at)s, next_rung_at = null,
        state = case when c.breached_at is not null then 'breached' else 'ended' end
    from accepted
    where
        c.workspace_id = accepted.workspace_id and c.handoff_id = accepted.id and c.kind = 'first_touch'
        and c.stopped_at is null
    returning c.handoff_id
),
clocks as (
    insert into handoffs_clock (
        workspace_id, handoff_id, kind, run, member_id, started_at, due_at, hours_id, restarts, rungs, next_rung_at
    )
    select
        c.workspace_id,
        c.handoff_id,
        c.kind,
        accepted.clock_run + 1,
        accepted.former_member_id,
        c.started_at,
        c.due_at,
        c.hours_id,
        c.restarts,
        ahead.rungs,
        coalesce((ahead.rungs -> 0 ->> 'at')::timestamptz, case c.kind when 'answer' then %(at)s end)
    from accepted
    join handoffs_clock c
        on
        c.workspace_id = accepted.workspace_id and c.handoff_id = accepted.id and c.run = accepted.clock_run
        and (c.kind = 'answer' or %(touch_at_once)s)
    cross join lateral (
        select coalesce(jsonb_agg(r.said order by r.place), '[]') as rungs
        from jsonb_array_elements(c.rungs) with ordinality as r (said, place)
        where r.place > c.rung
    ) ahead
),
closed as materialized (
    select
        k.*,
        row_number() over (order by k.number) as place
    from handoffs_task k
    join accepted on accepted.workspace_id = k.workspace_id and accepted.id = k.handoff_id
    where k.done_at >= accepted.answered_at and k.kind in ('breach', 'raise') and k.done_by_id = accepted.answered_by_id
),
wanted_numbers (noun, amount) as (select 'task', count(*) from closed),
numbers as (/*{take_numbers*/ select 'task' as noun, 1 as value /*}*/),
tasks as (
    insert into handoffs_task (
        workspace_id, number, kind, title, assignee_id, team_id, handoff_id, record_id, due_at, created_at
    )
    select
        closed.workspace_id,
        numbers.value - wanted_numbers.amount + closed.place,
        closed.kind,
        closed.title,
        closed.assignee_id,
        closed.team_id,
        closed.handoff_id,
        closed.record_id,
        closed.due_at,
        %(at)s
    from closed
    cross join numbers
    cross join wanted_numbers
)
update handoffs_handoff h
set
    state = 'offered', answered_at = null, answered_by_id = null, result_id = null,
    assignee_id = accepted.former_member_id, queue_id = accepted.waited_in_id,
    again_at = case when accepted.former_member_id is null then %(at)s + interval '5 minutes' end,
    clock_run = accepted.clock_run + 1
from accepted
where h.workspace_id = accepted.workspace_id and h.id = accepted.id
