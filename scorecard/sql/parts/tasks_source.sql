-- Tasks about a record, or about a handoff of one.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment of the question
-- columns:
--   record_id: whom it is about
--   handoff_id: its handoff, or null
--   member_id: whose task it is
--   stage_id: nothing
--   cause: what kind of task it is
select
    coalesce(t.record_id, h.record_id) as record_id,
    t.handoff_id,
    t.assignee_id as member_id,
    null::uuid as stage_id,
    t.kind as cause,
    t.created_at,
    t.due_at,
    t.done_at,
    t.kind as task_kind,
    t.done_at is not null as task_is_done,
    coalesce(t.done_at, %(at)s) > t.due_at as task_is_late
from handoffs_task t
left join handoffs_handoff h on h.workspace_id = %(workspace)s and h.id = t.handoff_id
where t.workspace_id = %(workspace)s and coalesce(t.record_id, h.record_id) is not null
