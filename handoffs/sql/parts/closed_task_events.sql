-- An event for each task that the statement closed, each row of its `closed`.
--
-- parameters:
--   blueprint_version int: the version in force
--   request_id text: the request that caused it
select
    'task.completed' as kind,
    'task' as subject_kind,
    id as subject_id,
    record_id,
    done_by_id as actor_id,
    done_at as at,
    jsonb_build_object('number', number, 'title', title, 'kind', kind, 'outcome', outcome) as facts,
    %(blueprint_version)s as blueprint_version,
    %(request_id)s as request_id
from closed
