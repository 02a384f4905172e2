-- Tell of each handoff of a range: who was given it, what happened, and for one in a hundred a task.
--
-- parameters:
--   workspace uuid: the tenant
--   first int: the first handoff's number
--   last int: the last one's
with given as (
    insert into handoffs_assignment (workspace_id, handoff_id, member_id, at, cause)
    select h.workspace_id, h.id, h.assignee_id, h.offered_at, 'routing'
    from handoffs_handoff h where h.workspace_id = %(workspace)s and h.number between %(first)s and %(last)s
), clocked as (
    insert into handoffs_clock (
        workspace_id, handoff_id, kind, member_id, started_at, due_at, state, stopped_at, breached_at,
        offered_at, next_rung_at
    )
    select
        h.workspace_id, h.id, 'answer', h.assignee_id, least(h.offered_at, h.due_at), h.due_at,
        case
            when h.breached_at is not null then 'breached'
            when h.state = 'offered' then 'running'
            when h.state = 'recalled' then 'ended'
            else 'met'
        end,
        h.answered_at,
        case when h.breached_at is not null then h.due_at end,
        case when h.breached_at is not null then h.offered_at end,
        case when h.state = 'offered' then now() + interval '1 year' end
    from handoffs_handoff h where h.workspace_id = %(workspace)s and h.number between %(first)s and %(last)s
), tasked as (
    insert into handoffs_task (
        workspace_id, number, kind, title, assignee_id, handoff_id, record_id, due_at, created_at, done_at
    )
    select
        h.workspace_id,
        h.number / 100,
        'breach',
        'Answer handoff ' || h.number,
        h.assignee_id,
        h.id,
        h.record_id,
        h.due_at,
        h.due_at, case when mod(h.number, 200) = 0 then h.due_at + interval '1 day' end
    from handoffs_handoff h
    where h.workspace_id = %(workspace)s and h.number between %(first)s and %(last)s and mod(h.number, 100) = 0
)
insert into history_event (workspace_id, kind, subject_kind, subject_id, record_id, actor_id, at, blueprint_version)
select
    h.workspace_id,
    e.kind,
    e.subject_kind,
    case when e.subject_kind = 'record' then h.record_id else h.id end,
    h.record_id,
    h.assignee_id, e.at, 1
from handoffs_handoff h
cross join
    lateral (
        values
        ('record.created', 'record', h.offered_at - interval '40 day'), ('handoff.offered', 'handoff', h.offered_at),
        ('handoff.' || h.state, 'handoff', h.answered_at)
    ) as e (kind, subject_kind, at)
where h.workspace_id = %(workspace)s and h.number between %(first)s and %(last)s and e.at is not null
