-- Activities: calls, e-mails, meetings and notes.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   record_id: with whom
--   handoff_id: nothing
--   member_id: who was active
--   stage_id: nothing
--   cause: what kind of activity it was
select
    t.record_id,
    null::uuid as handoff_id,
    t.member_id,
    null::uuid as stage_id,
    t.kind as cause,
    t.at,
    t.kind as activity_kind,
    t.direction as activity_direction,
    t.outcome as activity_outcome,
    t.is_qualifying as activity_is_qualifying
from lifecycle_activity t
where t.workspace_id = %(workspace)s
