-- Write that locked records entered stages: end the stays they leave, begin the next ones, move them, and tell history.
--
-- parameters:
--   workspace uuid: the tenant
--   moved jsonb: by record: id, stage_id it stands in now, moment
--   stays jsonb: the stays that begin, in their order, as the columns of their table that the record does not say
--   told jsonb: the events, in their order: record_id, facts
--   by uuid: who moves them, or null
--   version int: the blueprint version of the stays
--   blueprint_version int: the version in force, of the events
--   request_id text: the request that caused it
-- parts:
--   log_events: the events
--   calm: the planner's own mind
-- columns:
--   seqscan: says nothing
with moved as materialized (
    select
        record.id,
        record.owner_id,
        record.team_id,
        record.amount,
        record.currency,
        record.source,
        moved.stage_id,
        moved.moment
    from jsonb_to_recordset(%(moved)s) as moved (id uuid, stage_id uuid, moment timestamptz)
    cross join lateral (
        select * from lifecycle_record r
        where r.workspace_id = %(workspace)s and r.id = moved.id
        limit 1
    ) record
),
left_stays as (
    update lifecycle_stagestay
    set exited_at = moved.moment, left_owner_id = moved.owner_id, left_team_id = moved.team_id
    from moved
    where
        lifecycle_stagestay.workspace_id = %(workspace)s and lifecycle_stagestay.exited_at is null
        and lifecycle_stagestay.record_id = any(array(select id from moved))
        and lifecycle_stagestay.record_id = moved.id
    returning 1
),
made_stays as (
    insert into lifecycle_stagestay (
        id, workspace_id, record_id, pipeline_id, stage_id, from_stage_id, entered_at, exited_at, entered_by_id, cause,
        reason_key, blueprint_version, owner_id, team_id, left_owner_id, left_team_id, amount, currency, source
    )
    select
        stay.id,
        %(workspace)s,
        moved.id,
        stay.pipeline_id,
        stay.stage_id,
        stay.from_stage_id,
        moved.moment,
        case when stay.is_left then moved.moment end,
        %(by)s,
        stay.cause,
        stay.reason_key,
        %(version)s,
        moved.owner_id,
        moved.team_id,
        case when stay.is_left then moved.owner_id end,
        case when stay.is_left then moved.team_id end,
        moved.amount,
        moved.currency,
        moved.source
    from jsonb_to_recordset(%(stays)s) as stay (
            id uuid, record_id uuid, pipeline_id uuid, stage_id uuid, from_stage_id uuid, is_left boolean, cause text,
            reason_key text
        )
    join moved on moved.id = stay.record_id
    -- Counting them closes the old stays before new ones open: a record has one open stay, and an index says so.
    where (select count(*) from left_stays) >= 0
),
stood as (
    update lifecycle_record
    set
        stage_id = moved.stage_id, entered_stage_at = moved.moment,
        updated_at = greatest(lifecycle_record.updated_at, moved.moment)
    from moved
    where
        lifecycle_record.workspace_id = %(workspace)s
        and lifecycle_record.id = any(array(select id from moved)) and lifecycle_record.id = moved.id
),
events as (
    select
        'record.entered_stage' as kind,
        'record' as subject_kind,
        told.record_id as subject_id,
        told.record_id,
        %(by)s::uuid as actor_id,
        moved.moment as at,
        told.facts,
        %(blueprint_version)s as blueprint_version,
        %(request_id)s as request_id
    from jsonb_to_recordset(%(told)s) as told (record_id uuid, nth int, facts jsonb)
    join moved on moved.id = told.record_id
    order by told.nth
),
logged as (/*{log_events*/ select * from events /*}*/),
calm as materialized (/*{calm*/ select '' as seqscan /*}*/)
select seqscan from calm
