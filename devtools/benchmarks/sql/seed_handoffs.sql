-- Open a range of handoffs that are due in a year: handoff n belongs to record n / 3, offered across the three seams.
--
-- parameters:
--   workspace uuid: the tenant
--   first int: the first handoff's number
--   last int: the last one's
--   seams uuid[]: the three seams
--   reps uuid[]: who receives them
--   team uuid: the receivers' team
insert into handoffs_handoff (
    workspace_id, number, seam_id, record_id, assignee_id, team_id, offered_at, due_at,
    ladder, next_step, next_step_at, blueprint_version
)
select
    %(workspace)s, n, (%(seams)s::uuid[])[1 + mod(n, 3)], r.id, (%(reps)s::uuid[])[1 + mod(n, 20)], %(team)s, now(),
    now() + interval '1 year',
    jsonb_build_array(
        jsonb_build_object('action', 'warn', 'at', now() + interval '364 days'),
        jsonb_build_object('action', 'task', 'at', now() + interval '1 year'),
        jsonb_build_object('action', 'raise', 'at', now() + interval '2 years')
    ),
    0, now() + interval '1 year' + n * interval '1 second', 1
from generate_series(%(first)s, %(last)s) n
join lifecycle_record r on r.workspace_id = %(workspace)s and r.number = (n + 2) / 3
