-- Accept a handoff and let its record advance, by hand: no gate and no permission is asked.
--
-- parameters:
--   workspace uuid: the tenant
--   number bigint: the handoff
--   by uuid: who accepts
--   stage uuid: where its record advances to
-- columns:
--   body: the handoff's state
with accepted as (
    update handoffs_handoff h set state = 'accepted', answered_at = now(), answered_by_id = %(by)s
    where h.workspace_id = %(workspace)s and h.number = %(number)s and h.state = 'offered'
    returning h.id, h.record_id, h.state
), advanced as (
    update lifecycle_record r set stage_id = %(stage)s, entered_stage_at = now(), updated_at = now()
    from accepted a where r.workspace_id = %(workspace)s and r.id = a.record_id
    returning r.id, r.pipeline_id, r.owner_id, r.team_id, r.amount, r.currency, r.source
), ended as (
    update lifecycle_stagestay s set exited_at = now()
    from accepted a where s.workspace_id = %(workspace)s and s.record_id = a.record_id and s.exited_at is null
    returning s.record_id, s.stage_id
), begun as (
    insert into lifecycle_stagestay (
        workspace_id, record_id, pipeline_id, stage_id, from_stage_id, entered_at, cause, blueprint_version, owner_id,
        team_id, amount, currency, source
    )
    select
        %(workspace)s, r.id, r.pipeline_id, %(stage)s, e.stage_id, now(), 'handoff', 1, r.owner_id, r.team_id, r.amount,
        r.currency, r.source
    from advanced r join ended e on e.record_id = r.id
), stopped as (
    update handoffs_clock c set stopped_at = now(), state = 'met', next_rung_at = null
    from accepted a where c.workspace_id = %(workspace)s and c.handoff_id = a.id and c.stopped_at is null
), told as (
    insert into history_event (workspace_id, kind, subject_kind, subject_id, record_id, actor_id, at)
    select %(workspace)s, 'handoff.accepted', 'handoff', a.id, a.record_id, %(by)s, now() from accepted a
)
select json_build_object('state', a.state) as body from accepted a
