-- Make the records of a range of handoffs, a record for three handoffs.
--
-- parameters:
--   workspace uuid: the tenant
--   first int: the first handoff's number
--   last int: the last one's
insert into lifecycle_record (
    workspace_id, number, kind, name, email, pipeline_id, stage_id, opened_at,
    entered_stage_at, created_at, updated_at
)
select
    %(workspace)s, n, 'lead', 'Lead ' || n, 'l' || n || '@bench.example', s.pipeline_id, s.id, now(), now(), now(),
    now()
from generate_series((%(first)s + 2) / 3, (%(last)s + 2) / 3) n
cross join (select id, pipeline_id from lifecycle_stage where workspace_id = %(workspace)s and key = 'mql') s
where not exists (select from lifecycle_record r where r.workspace_id = %(workspace)s and r.number = n)
