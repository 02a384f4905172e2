-- Open a range of handoffs that are due in a year, each with three clocks: handoff n belongs to record n / 3, offered
-- across the three seams.
--
-- parameters:
--   workspace uuid: the tenant
--   first int: the first handoff's number
--   last int: the last one's
--   seams uuid[]: the three seams
--   reps uuid[]: who receives them
--   team uuid: the receivers' team
with handoffs as (
    insert into handoffs_handoff (
        workspace_id, number, seam_id, record_id, assignee_id, team_id, offered_at, due_at, blueprint_version
    )
    select
        %(workspace)s, n, (%(seams)s::uuid[])[1 + mod(n, 3)], r.id, (%(reps)s::uuid[])[1 + mod(n, 20)], %(team)s, now(),
        now() + interval '1 year', 1
    from generate_series(%(first)s, %(last)s) n
    join lifecycle_record r on r.workspace_id = %(workspace)s and r.number = (n + 2) / 3
    returning workspace_id, id, number, assignee_id, offered_at, due_at
)
insert into handoffs_clock (workspace_id, handoff_id, kind, member_id, started_at, due_at, rungs, next_rung_at)
select
    handoffs.workspace_id, handoffs.id, clock.kind, handoffs.assignee_id, handoffs.offered_at, clock.due_at,
    case
        when clock.kind <> 'answer'
            then jsonb_build_array(jsonb_build_object('action', 'touch', 'at', clock.due_at))
        else jsonb_build_array(
                jsonb_build_object('action', 'warn', 'at', clock.due_at - interval '1 day'),
                jsonb_build_object('action', 'task', 'at', clock.due_at),
                jsonb_build_object('action', 'raise', 'at', clock.due_at + interval '1 year')
            )
    end,
    clock.due_at + handoffs.number * interval '1 second'
from handoffs
cross join lateral (
    values ('answer', handoffs.due_at), ('first_touch', handoffs.due_at + interval '1 day'),
    ('kickoff', handoffs.due_at + interval '2 days')
) clock (kind, due_at)
