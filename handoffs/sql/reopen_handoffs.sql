-- Give handoffs back to whoever had them before they were answered or given away: each a hand and a clock of their own,
-- which go on where they stood, the turn it counted as, and the tasks that were closed with it, once more. Nothing that
-- is written is changed but the answer, by an event of this transaction.
--
-- parameters:
--   workspace uuid: the tenant
--   undone jsonb: one object for each locked handoff: how many hands it had gone through when it was done, when and by
--     whom, whether its first touch is chased while nobody has answered, and when that was due, if that was changed
--   at timestamptz: the moment
--   kinds text[]: the kinds of tasks that are closed with an answer
-- parts:
--   take_numbers: numbers of the tasks
--   moot_notices: what is no longer news
--   news_of_several: what was news of several
--   renewed_notices: what is news again
with undone as (
    select *
    from jsonb_to_recordset(%(undone)s::jsonb) as said (
            handoff uuid, run int, since timestamptz, by uuid, touch_at_once bool, touch_due timestamptz
        )
),
there as materialized (
    select
        h.*,
        undone.run,
        undone.since,
        undone.by as done_by,
        undone.touch_at_once,
        undone.touch_due,
        a.id as former_id,
        a.member_id as former_member_id,
        a.pool_id as former_pool_id,
        a.trace as former_trace,
        a.ended_at as hand_ended_at,
        p.id as waited_in_id
    from undone
    join handoffs_handoff h on h.workspace_id = %(workspace)s and h.id = undone.handoff
    join lateral (
        select * from handoffs_assignment a
        where a.workspace_id = h.workspace_id and a.handoff_id = h.id and a.ended_at is not null
        order by a.ended_at desc, a.at desc, a.id desc
        limit 1
    ) a on true
    left join handoffs_pool p on p.workspace_id = h.workspace_id and p.id = a.pool_id and a.member_id is null
),
ended as (
    update handoffs_assignment a
    set ended_at = %(at)s
    from there
    where a.workspace_id = there.workspace_id and a.handoff_id = there.id and a.ended_at is null
    returning a.id, a.handoff_id, a.member_id, a.ended_at, there.since
),
hands as (
    insert into handoffs_assignment (workspace_id, handoff_id, member_id, pool_id, at, cause, trace)
    select
        there.workspace_id,
        there.id,
        there.former_member_id,
        there.former_pool_id,
        coalesce(ended.ended_at, there.hand_ended_at),
        'undone',
        there.former_trace - 'turn'
    from there
    left join ended on ended.handoff_id = there.id
    returning id, handoff_id
),
-- The turn goes along: what it counted as is given back to the former hand and counts for the new one, which another
-- answer may give back again.
counted as (
    select
        there.*,
        hands.id as hand_id,
        coalesce(gift.pool_id, there.former_pool_id) as counting_pool_id
    from there
    join hands on hands.handoff_id = there.id
    left join handoffs_turnmove gift
        on gift.workspace_id = there.workspace_id and gift.assignment_id = there.former_id and gift.turns = 1
    where there.former_member_id is not null and (gift.id is not null or there.former_trace ->> 'turn' is not null)
),
turns as (
    insert into handoffs_turnmove (workspace_id, pool_id, member_id, handoff_id, assignment_id, turns, why, at)
    select workspace_id, counting_pool_id, former_member_id, id, hand_id, 1, 'undone', %(at)s from counted
    union all
    select workspace_id, counting_pool_id, former_member_id, id, former_id, -1, 'undone', %(at)s from counted
    union all
    select gift.workspace_id, gift.pool_id, gift.member_id, gift.handoff_id, gift.assignment_id, -1, 'undone', %(at)s
    from ended
    join handoffs_turnmove gift
        on gift.workspace_id = %(workspace)s and gift.assignment_id = ended.id and gift.turns = 1
    on conflict (workspace_id, assignment_id, turns) do nothing
),
stopped as (
    update handoffs_clock c
    set
        stopped_at = %(at)s, next_rung_at = null,
        state = case when c.breached_at is not null then 'breached' else 'ended' end
    from there
    where c.workspace_id = there.workspace_id and c.handoff_id = there.id and c.stopped_at is null
),
former_clocks as materialized (
    select
        c.*,
        there.clock_run,
        there.former_member_id,
        ahead.rungs as rungs_ahead
    from there
    join handoffs_clock c
        on
        c.workspace_id = there.workspace_id and c.handoff_id = there.id and c.run = there.run
        and (
            c.kind = 'answer'
            or c.kind = 'first_touch' and there.touch_at_once and there.first_touched_at is null
        )
        and (c.stopped_at is null or c.stopped_at >= there.since)
    cross join lateral (
        select coalesce(jsonb_agg(r.said order by r.place), '[]') as rungs
        from jsonb_array_elements(c.rungs) with ordinality as r (said, place)
        where r.place > c.rung
    ) ahead
),
clocks as (
    insert into handoffs_clock (
        workspace_id, handoff_id, kind, run, member_id, started_at, due_at, hours_id, restarts, rungs, next_rung_at
    )
    select
        workspace_id,
        handoff_id,
        kind,
        clock_run + 1,
        former_member_id,
        started_at,
        due_at,
        hours_id,
        restarts,
        rungs_ahead,
        coalesce((rungs_ahead -> 0 ->> 'at')::timestamptz, case kind when 'answer' then %(at)s end)
    from former_clocks
),
closed as materialized (
    select
        k.*,
        row_number() over (order by k.number) as place
    from handoffs_task k
    join there on there.workspace_id = k.workspace_id and there.id = k.handoff_id
    where k.done_at >= there.since and k.kind = any(%(kinds)s) and k.done_by_id = there.done_by
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
),
-- What people had not read is news again: nobody's reading ended it, but what is undone.
renewed as materialized (
    select
        former_member_id as member_id,
        'handoff' as about,
        number,
        number as new_number,
        array['offered', 'passed_on', 'due_soon', 'breached'] as kinds,
        since,
        offered_at as told_from
    from there
    where former_member_id is not null
    union all
    select
        closed.assignee_id,
        said.about,
        said.number,
        said.new_number,
        array['task', 'raised', 'breached'],
        there.since,
        there.offered_at
    from closed
    join there on there.id = closed.handoff_id
    cross join numbers
    cross join wanted_numbers
    cross join
        lateral (
            values
            ('handoff', there.number, there.number),
            ('task', closed.number, numbers.value - wanted_numbers.amount + closed.place)
        ) said (about, number, new_number)
),
news as (/*{renewed_notices*/ select * from renewed /*}*/),
moot as (
    select
        'handoff' as about,
        there.number,
        array['passed_on'] as kinds,
        ended.ended_at as at
    from ended
    join there on there.id = ended.handoff_id
),
relieved as (
    select
        member_id,
        null::uuid as task_id,
        handoff_id,
        ended_at as at
    from ended
),
-- What told somebody of several that they were given at once, unless they keep one of them.
given as (
    select n.id
    from (select distinct member_id, since from ended where member_id is not null) whose
    join notices_notice n
        on
        n.workspace_id = %(workspace)s and n.member_id = whose.member_id and n.at = whose.since
        and n.about = 'handoff' and n.kind = 'passed_on' and n.number is null and n.seen_at is null
    where not exists (
            select from handoffs_assignment kept
            where
                kept.workspace_id = %(workspace)s and kept.member_id = whose.member_id and kept.at = whose.since
                and kept.ended_at is null and kept.id <> all(array(select id from ended))
        )
),
several as (
    select id from given
    union all
    (/*{news_of_several*/ select handoff_id as id from relieved /*}*/)
),
seen as (/*{moot_notices*/ select * from moot /*}*/)
update handoffs_handoff h
set
    state = 'offered', answered_at = null, answered_by_id = null, result_id = null,
    reason_id = null, note = '', gaps = '[]',
    assignee_id = there.former_member_id, queue_id = there.waited_in_id,
    again_at = case when there.former_member_id is null then %(at)s + interval '5 minutes' end,
    due_at = former_clocks.due_at, touch_due_at = coalesce(there.touch_due, there.touch_due_at),
    hours_id = former_clocks.hours_id, clock_run = there.clock_run + 1
from there
join former_clocks on former_clocks.handoff_id = there.id and former_clocks.kind = 'answer'
where h.workspace_id = there.workspace_id and h.id = there.id
