-- Tell whose records were when: each stay takes the owner and the team it began and ended with, and what changed within
-- a stay is kept beside it.
--
-- A closed stay never changes. So the stays go and come again with their ids, together with an event that says that
-- their history is corrected; what they said is kept. Where nothing new is told, nothing is written.
--
-- parameters:
--   workspace uuid: the tenant
--   told jsonb: who held a record from a moment on, as JSON: record_id, at, owner_id, team_id
--   records uuid[]: the records it tells of
--   at timestamptz: the moment of telling
--   by uuid: who brought the file
--   import text: the import
--   version int: the blueprint version in force
--   request_id text: the request that caused it
-- parts:
--   log_events: the writing of events
-- columns:
--   record_id: a record of which something new was told
with told as materialized (
    select
        holder.*,
        lag(holder.owner_id) over in_order as former_owner_id,
        lag(holder.team_id) over in_order as former_team_id
    from jsonb_to_recordset(%(told)s::jsonb) as holder (record_id uuid, at timestamptz, owner_id uuid, team_id uuid)
    window in_order as (partition by holder.record_id order by holder.at)
),
held as materialized (
    select
        stay.*,
        coalesce(beginning.owner_id, stay.owner_id) as told_owner_id,
        coalesce(beginning.team_id, stay.team_id) as told_team_id,
        case when stay.exited_at is not null then coalesce(ending.owner_id, stay.left_owner_id) end as end_owner_id,
        case when stay.exited_at is not null then coalesce(ending.team_id, stay.left_team_id) end as end_team_id
    from lifecycle_stagestay stay
    left join lateral (
        select
            told.owner_id,
            told.team_id
        from told
        where told.record_id = stay.record_id and told.at <= stay.entered_at
        order by told.at desc
        limit 1
    ) beginning on true
    left join lateral (
        select
            told.owner_id,
            told.team_id
        from told
        where told.record_id = stay.record_id and told.at <= stay.exited_at
        order by told.at desc
        limit 1
    ) ending on true
    where stay.workspace_id = %(workspace)s and stay.record_id = any(%(records)s)
),
changed as materialized (
    select distinct record_id from held
    where
        (told_owner_id, told_team_id, end_owner_id, end_team_id)
        is distinct from (owner_id, team_id, left_owner_id, left_team_id)
),
gone as (
    delete from lifecycle_stagestay
    where workspace_id = %(workspace)s and record_id = any(array(select record_id from changed))
    returning 1
),
again as (
    insert into lifecycle_stagestay (
        id, workspace_id, record_id, pipeline_id, stage_id, from_stage_id, entered_at, exited_at, entered_by_id, cause,
        reason_key, blueprint_version, owner_id, team_id, left_owner_id, left_team_id, amount, currency, source,
        facts_from, recorded_at
    )
    select
        held.id, held.workspace_id, held.record_id, held.pipeline_id, held.stage_id, held.from_stage_id,
        held.entered_at, held.exited_at, held.entered_by_id, held.cause, held.reason_key, held.blueprint_version,
        held.told_owner_id, held.told_team_id, held.end_owner_id, held.end_team_id, held.amount,
        held.currency, held.source, 'file', %(at)s
    from held
    join changed on changed.record_id = held.record_id
    -- Counting what goes takes it away before it comes again: a record has one open stay, and an index says so.
    where (select count(*) from gone) >= 0
),
made_changes as (
    insert into lifecycle_staychange (
        workspace_id, record_id, stay_id, at, by_id, owner_before, owner_after, team_before, team_after, amount_before,
        amount_after, currency_before, currency_after
    )
    select
        %(workspace)s, held.record_id, held.id, told.at, %(by)s, coalesce(told.former_owner_id, held.told_owner_id),
        told.owner_id, coalesce(told.former_team_id, held.told_team_id), told.team_id, held.amount, held.amount,
        held.currency, held.currency
    from told
    join held
        on held.record_id = told.record_id and held.entered_at < told.at
        and (held.exited_at is null or told.at < held.exited_at)
    where
        (coalesce(told.former_owner_id, held.told_owner_id), coalesce(told.former_team_id, held.told_team_id))
        is distinct from (told.owner_id, told.team_id)
        and not exists (
            select from lifecycle_staychange known
            where
                known.workspace_id = %(workspace)s and known.record_id = told.record_id and known.at = told.at
                and (known.owner_after, known.team_after) is not distinct from (told.owner_id, told.team_id)
        )
    returning record_id
),
corrected (record_id) as (
    select record_id from changed
    union
    select record_id from made_changes
),
events as (
    select
        'record.history_corrected' as kind,
        'record' as subject_kind,
        corrected.record_id as subject_id,
        corrected.record_id,
        %(by)s::uuid as actor_id,
        %(at)s::timestamptz as at,
        jsonb_build_object('import', %(import)s::text) as facts,
        %(version)s as blueprint_version,
        %(request_id)s as request_id
    from corrected
),
written_events as (/*{log_events*/ select * from events /*}*/)
select record_id from corrected
