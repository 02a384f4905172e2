-- Write that locked records have another owner, keep what changed beside the stay they stand in, and tell history.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: the records
--   owner uuid: whose they are from now on, or null
--   team uuid: the team that works on them, or null
--   at timestamptz: the moment
--   by uuid: who gives them, or null
--   told jsonb: an event for each record that changes its owner: record_id, facts
--   blueprint_version int: the version in force
--   request_id text: the request that caused it
-- parts:
--   log_events: the events
--   calm: the planner's own mind
-- columns:
--   seqscan: says nothing
with former as materialized (
    select
        record.id,
        record.owner_id,
        record.team_id,
        record.amount,
        record.currency
    from unnest(%(records)s::uuid[]) as given (id)
    cross join lateral (
        select * from lifecycle_record r
        where r.workspace_id = %(workspace)s and r.id = given.id
        limit 1
    ) record
),
stay_changes as (
    insert into lifecycle_staychange (
        workspace_id, record_id, stay_id, at, by_id, owner_before, owner_after, team_before, team_after, amount_before,
        amount_after, currency_before, currency_after
    )
    select
        %(workspace)s,
        former.id,
        stay.id,
        %(at)s,
        %(by)s,
        former.owner_id,
        %(owner)s,
        former.team_id,
        %(team)s,
        former.amount,
        former.amount,
        former.currency,
        former.currency
    from former
    cross join
        lateral (
            select open.id from lifecycle_stagestay open
            where open.workspace_id = %(workspace)s and open.record_id = former.id and open.exited_at is null
            limit 1
        ) stay
    where (former.owner_id, former.team_id) is distinct from (%(owner)s::uuid, %(team)s::uuid)
),
given as (
    update lifecycle_record
    set owner_id = %(owner)s, team_id = %(team)s, updated_at = %(at)s
    where workspace_id = %(workspace)s and id = any(array(select id from former))
),
events as (
    select
        'record.owner_changed' as kind,
        'record' as subject_kind,
        told.record_id as subject_id,
        told.record_id,
        %(by)s::uuid as actor_id,
        %(at)s as at,
        told.facts,
        %(blueprint_version)s as blueprint_version,
        %(request_id)s as request_id
    from jsonb_to_recordset(%(told)s) as told (record_id uuid, facts jsonb)
),
logged as (/*{log_events*/ select * from events /*}*/),
calm as materialized (/*{calm*/ select '' as seqscan /*}*/)
select seqscan from calm
