-- Write events: every row of the statement's `events`. This is the only place where SQL writes history.
--
-- parameters:
--   workspace uuid: the tenant
insert into history_event (
    workspace_id, kind, subject_kind, subject_id, record_id, actor_id, at, facts, blueprint_version, request_id
)
select
    %(workspace)s,
    kind,
    subject_kind,
    subject_id,
    record_id,
    actor_id,
    at,
    facts,
    blueprint_version,
    request_id
from events
