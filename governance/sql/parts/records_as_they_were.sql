-- Show the records that came to a stage by the last entry of a stretch as they were when that was decided: what was
-- changed since then is taken back, change by change. Dated stages of a file were decided by nobody here.
--
-- parameters:
--   workspace uuid: the tenant
--   stage uuid: the stage
--   since timestamptz: the beginning of the stretch
-- places:
--   decided: who came to the stage when, and where they stood before; or other moments at which something was decided
-- columns:
--   id: the record
--   moment: when it was decided
--   stage_id: where it stood before
--   handoff_id: the handoff that was decided about, or null
select
    r.id,
    r.workspace_id,
    r.number,
    r.kind,
    r.pipeline_id,
    decided.entered_at as moment,
    coalesce(decided.from_stage_id, r.stage_id) as stage_id,
    coalesce(former.entered_at, decided.entered_at) as entered_stage_at,
    case when told.was ? 'name' then coalesce(told.was ->> 'name', '') else r.name end as name,
    case when told.was ? 'email' then coalesce(told.was ->> 'email', '') else r.email end as email,
    case when told.was ? 'domain' then coalesce(told.was ->> 'domain', '') else r.domain end as domain,
    case when told.was ? 'source' then coalesce(told.was ->> 'source', '') else r.source end as source,
    case when told.was ? 'amount' then (told.was ->> 'amount')::numeric else r.amount end as amount,
    case when told.was ? 'currency' then coalesce(told.was ->> 'currency', '') else r.currency end as currency,
    case when told.was ? 'mrr' then (told.was ->> 'mrr')::numeric else r.mrr end as mrr,
    case when told.was ? 'closes_on' then (told.was ->> 'closes_on')::date else r.closes_on end as closes_on,
    case when told.was ? 'renews_on' then (told.was ->> 'renews_on')::date else r.renews_on end as renews_on,
    case when told.was ? 'created_at' then (told.was ->> 'created_at')::timestamptz else r.created_at end as created_at,
    case when told.was ? 'account_id' then (told.was ->> 'account_id')::uuid else r.account_id end as account_id,
    case when handed.is_known then handed.owner_id else r.owner_id end as owner_id,
    r.team_id,
    r.score,
    case
        when r.last_activity_at <= decided.entered_at then r.last_activity_at
        else (
            select max(y.at) from lifecycle_activity y
            where y.workspace_id = %(workspace)s and y.record_id = r.id and y.at <= decided.entered_at
        )
    end as last_activity_at,
    r.properties || coalesce(told.was, '{}') as properties,
    decided.handoff_id
from (/*{decided*/
    select distinct on (s.record_id)
        s.record_id,
        s.from_stage_id,
        s.entered_at,
        null::uuid as handoff_id
    from lifecycle_stagestay s
    where
        s.workspace_id = %(workspace)s and s.stage_id = %(stage)s and s.entered_at >= %(since)s
        and s.cause <> 'history'
    order by s.record_id, s.entered_at desc
/*}*/) decided
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = decided.record_id
left join lateral (
    select f.entered_at from lifecycle_stagestay f
    where
        f.workspace_id = %(workspace)s and f.record_id = decided.record_id and f.exited_at = decided.entered_at
        and (f.stage_id = decided.from_stage_id) is true -- fenced: the record has few stays, a stage has many
    limit 1
) former on true
left join lateral (
    select jsonb_object_agg(first.key, first.was) as was
    from (
        select distinct on (field.key)
            field.key,
            field.value -> 0 as was
        from history_event e
        cross join lateral jsonb_each(e.facts -> 'changed') as field (key, value)
        where
            e.workspace_id = %(workspace)s and e.record_id = decided.record_id and e.at > decided.entered_at
            and e.kind in ('record.updated', 'record.history_corrected')
        order by field.key, e.at
    ) first
) told on true
left join lateral (
    select
        true as is_known,
        (e.facts ->> 'from')::uuid as owner_id
    from history_event e
    where
        e.workspace_id = %(workspace)s and e.record_id = decided.record_id and e.at > decided.entered_at
        and (e.kind = 'record.owner_changed') is true -- fenced likewise
    order by e.at
    limit 1
) handed on true
