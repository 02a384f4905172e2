-- List the events of the batch in the order in which a timeline shows them.
--
-- parameters:
--   workspace uuid: the tenant
--   by uuid: who takes the rows in, or null
--   cause text: what caused it
--   version int: the blueprint version in force
--   request_id text: the request that caused it
--   import uuid: the import, or null
-- places:
--   events_of_known: those about records that were here before
select
    event.kind,
    'record' as subject_kind,
    event.id as subject_id,
    event.id as record_id,
    %(by)s as actor_id,
    event.at,
    event.facts,
    %(version)s as blueprint_version,
    %(request_id)s as request_id
from (
    select
        1 as step,
        ready.place,
        'record.created' as kind,
        ready.id,
        jsonb_strip_nulls(
            jsonb_build_object(
                'kind', ready.kind, 'number', ready.known_as, 'stage', stages.path,
                'system', nullif(ready.system, ''), 'external_id', ready.external_id, 'score', ready.new_score,
                'history', cardinality(ready.history_stages), 'import', %(import)s
            )
        ) as facts,
        ready.moment as at
    from ready
    join stages on stages.id = ready.stage_id
    where ready.is_new
    /*{events_of_known*/
    union all
    select
        1,
        ready.place,
        case when ready.is_history then 'record.history_corrected' else 'record.updated' end,
        ready.id,
        jsonb_strip_nulls(
            jsonb_build_object(
                'system', nullif(ready.system, ''), 'external_id', ready.external_id, 'import', %(import)s
            )
        ) || jsonb_build_object('changed', difference.changed),
        ready.moment
    from ready
    join lateral (
        select
            coalesce(
                jsonb_object_agg(
                    field.key,
                    jsonb_build_array(
                        nullif(told.before -> field.key, 'null'), nullif(told.after -> field.key, 'null')
                    )
                ),
                '{}'
            ) as changed
        from (
            select
                jsonb_build_object(
                    'account_id', (ready.old).account_id, 'name', (ready.old).name, 'email', (ready.old).email,
                    'domain', (ready.old).domain, 'source', (ready.old).source, 'amount', (ready.old).amount,
                    'currency', (ready.old).currency, 'mrr', (ready.old).mrr, 'closes_on', (ready.old).closes_on,
                    'renews_on', (ready.old).renews_on, 'created_at', (ready.old).created_at,
                    'origin_id', (ready.old).origin_id
                ) || (ready.old).properties as before,
                jsonb_build_object(
                    'account_id', ready.now_account_id, 'name', ready.name, 'email', ready.email,
                    'domain', ready.domain, 'source', ready.source, 'amount', ready.amount,
                    'currency', ready.currency, 'mrr', ready.mrr, 'closes_on', ready.closes_on,
                    'renews_on', ready.renews_on, 'created_at', ready.created_at, 'origin_id', ready.origin_id
                ) || ready.properties as after
        ) told
        cross join lateral jsonb_object_keys(told.before || told.after) as field (key)
        where told.before -> field.key is distinct from told.after -> field.key
    ) difference on true
    -- A change of owner is an event of its own: where nothing else changed, it is the only one.
    where
        not ready.is_new and ready.is_asked_again is null
        and (difference.changed <> '{}' or (ready.old).owner_id is not distinct from ready.owner_id)
    union all
    select
        1,
        ready.place,
        'record.owner_changed',
        ready.id,
        jsonb_build_object(
            'from', (ready.old).owner_id,
            'from_name', (
                select member.name from workspaces_member member
                where member.workspace_id = %(workspace)s and member.id = (ready.old).owner_id
            ),
            'to', ready.owner_id,
            'owner', (
                select member.name from workspaces_member member
                where member.workspace_id = %(workspace)s and member.id = ready.owner_id
            )
        ) || jsonb_strip_nulls(jsonb_build_object('import', %(import)s)),
        ready.moment
    from ready
    where not ready.is_new and (ready.old).owner_id is distinct from ready.owner_id
    union all
    select
        1,
        ready.place,
        'score.changed',
        ready.id,
        jsonb_build_object('before', ready.old_score, 'after', ready.new_score, 'cause', %(cause)s),
        ready.moment
    from ready
    where ready.is_asked_again and ready.reasons is not null
    /*}*/
    union all
    select
        2 + entries.nth,
        0,
        'record.entered_stage',
        entries.id,
        jsonb_build_object('from', former.path, 'to', stages.path, 'cause', entries.cause) || entries.told,
        entries.entered_at
    from entries
    join stages on stages.id = entries.stage_id
    left join stages former on former.id = entries.from_stage_id
    union all
    select
        99,
        settled.place,
        'record.write_refused',
        settled.id,
        jsonb_build_object('properties', to_jsonb(settled.held_keys), 'system', settled.system),
        settled.moment
    from settled
    where settled.held_keys is not null and settled.verdict in ('created', 'updated', 'unchanged')
) event
order by event.step, event.place
