-- Work out how each record would stand: what the row says over what is stored, its account, and the stage it asks for.
--
-- Key by key, in laterals, for the same reason as in `intake_found.sql`. Where a look-up also sorts, the sort stands
-- outside of a fence (`offset 0`): inside, the planner would walk an index in that order through the whole workspace.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
-- columns:
--   moment: `at`, or later where the record was written later while we waited for its lock
--   target_stage_id: the stage it is to enter; null where it is to stay
--   from_stage_id: the stage it would leave; null for one that is born where it asks to stand
--   start_stage_id: where the stages that are entered by themselves begin
--   stage_key: the stage as the rules read it
--   held_keys: properties the row may not write, because another system owns them
--   made_account_id: the account to make, shared by rows that name the same company
--   is_again: the row waits for the next wave
--   is_elsewhere: it asks for a stage of another pipeline
--   old_stages: the dated past so far, with `old_moments`; `is_testimony` where all of it came from rows
select
    l.place, l.line, l.kind, l.system, l.external_id, l.company_name, l.company_key, l.company_domain,
    l.asked_stage, l.history_stages, l.history_moments, l.loss_reason, l.kept_reason, l.note, l.override_facts,
    l.file_identity, l.file_digest, l.giver_id, l.is_asked_again, l.must_stay, l.is_id_known, l.email_of, l.repeat,
    l.old,
    coalesce((l.old).id, l.fresh_id) as id,
    (l.old).id is null as is_new,
    l.found_id is not null and l.nth_of_record > 1 as is_again,
    (l.old).number as number,
    (l.old).stage_id as old_stage_id,
    (l.old).score as old_score,
    coalesce((l.old).origin_id, l.origin_id) as origin_id,
    greatest(%(at)s, (l.old).entered_stage_at, (l.old).updated_at) as moment,

    -- where it stands and where it is to go
    coalesce(
        case when l.history_stages is not null then l.asked_pipeline_id end,
        (l.old).pipeline_id, l.asked_pipeline_id, l.usual_pipeline_id
    ) as pipeline_id,
    coalesce(
        target.id,
        case when l.asked_stage is null and l.history_stages is null and (l.old).id is null then home.id end
    ) as target_stage_id,
    coalesce(
        (l.old).stage_id, case when l.is_made is null and not target.is_entry then home.id end
    ) as from_stage_id,
    (l.asked_stage is not null or l.history_stages is not null) and l.asked_pipeline_id <> (l.old).pipeline_id
        as is_elsewhere,
    case when l.asked_stage is null then coalesce((l.old).stage_id, home.id) else target.id end as start_stage_id,
    coalesce(present.key, case when l.is_made or target.is_entry then target.key end, home.key) as stage_key,
    (l.old).opened_at as opened_at,
    coalesce((l.old).entered_stage_at, %(at)s) as entered_stage_at,
    (l.old).last_activity_at as last_activity_at,
    (l.old).score as score,

    -- its columns: a key that the row does not have leaves the old value
    coalesce(nullif(l.core ->> 'name', ''), (l.old).name, l.fallback_name) as name,
    case
        when l.core ? 'email' then coalesce(l.core ->> 'email', '') else coalesce((l.old).email, '')
    end as email,
    case
        when l.core ? 'domain' then coalesce(l.core ->> 'domain', '')
        else coalesce(nullif((l.old).domain, ''), l.mail_domain, '')
    end as domain,
    case
        when l.core ? 'source' then coalesce(l.core ->> 'source', '') else coalesce((l.old).source, '')
    end as source,
    case when l.core ? 'owner_id' then (l.core ->> 'owner_id')::uuid else (l.old).owner_id end as owner_id,
    case
        when
            l.core ? 'owner_id' and ((l.core ->> 'owner_id')::uuid is distinct from (l.old).owner_id)
            then (
                select seat.team_id
                from (
                    select
                        id,
                        team_id
                    from workspaces_teamseat
                    where workspace_id = %(workspace)s and member_id = (l.core ->> 'owner_id')::uuid
                    offset 0
                ) seat
                order by seat.id
                limit 1
            )
        else (l.old).team_id
    end as team_id,
    case when l.core ? 'amount' then (l.core ->> 'amount')::numeric(16, 2) else (l.old).amount end as amount,
    case
        when l.core ? 'currency' then coalesce(l.core ->> 'currency', '') else coalesce((l.old).currency, '')
    end as currency,
    case when l.core ? 'mrr' then (l.core ->> 'mrr')::numeric(16, 2) else (l.old).mrr end as mrr,
    case when l.core ? 'closes_on' then (l.core ->> 'closes_on')::date else (l.old).closes_on end as closes_on,
    case when l.core ? 'renews_on' then (l.core ->> 'renews_on')::date else (l.old).renews_on end as renews_on,
    coalesce(
        (l.core ->> 'created_at')::timestamptz, (l.old).created_at, (l.core ->> 'born_at')::timestamptz,
        l.history_moments[1], %(at)s
    ) as created_at,

    -- its properties, each by the rule for its source
    (
        coalesce(l.filling_properties, '{}') || coalesce((l.old).properties, '{}') || coalesce(l.new_properties, '{}')
    ) - coalesce(l.cleared_keys, '{}') as properties,
    case
        when l.filling_properties is not null or l.refused_properties is not null then (
            select array_agg(refused.key order by refused.key)
            from (
                select key from jsonb_each(l.filling_properties)
                where (l.old).properties ? key and (l.old).properties -> key <> value
                union
                select key from jsonb_each(l.refused_properties)
                where coalesce((l.old).properties -> key, 'null') <> value
            ) refused
        )
    end as held_keys,

    -- its account: the one the row names, else its own, else the one of its domain
    case
        when l.company_key is null then coalesce((l.old).account_id, by_domain.id)
        else coalesce(by_name.id, by_domain.id)
    end as account_id,
    case
        when l.company_key is not null and by_name.id is null and by_domain.id is null
            then first_value(l.fresh_account_id) over (partition by l.company_key order by l.place)
    end as made_account_id,
    case
        when l.company_key is null then coalesce(own.name, by_domain.name)
        else coalesce(by_name.name, by_domain.name, l.company_name)
    end as account_name,
    case
        when l.company_key is null then coalesce(own.domain, by_domain.domain)
        else coalesce(by_name.domain, by_domain.domain, l.company_domain, '')
    end as account_domain,

    past.stages as old_stages,
    past.moments as old_moments,
    past.is_testimony
from locked l
left join stages present on present.id = (l.old).stage_id
left join stages home
    on home.is_first and home.pipeline_id = coalesce((l.old).pipeline_id, l.asked_pipeline_id, l.usual_pipeline_id)
left join stages target
    on target.key = l.asked_stage
    and target.pipeline_id = coalesce(l.asked_pipeline_id, (l.old).pipeline_id, l.usual_pipeline_id)
left join lateral (
    select
        account.id,
        account.name,
        account.domain
    from lifecycle_account account
    where account.workspace_id = %(workspace)s and account.name_key = l.company_key
    limit 1
) by_name on l.company_key is not null
left join lateral (
    select
        account.name,
        account.domain
    from lifecycle_account account
    where account.workspace_id = %(workspace)s and account.id = (l.old).account_id
    limit 1
) own on (l.old).account_id is not null
left join lateral (
    select
        account.id,
        account.name,
        account.domain
    from (
        select
            id,
            number,
            name,
            domain
        from lifecycle_account
        where workspace_id = %(workspace)s and domain = l.sought_domain
        offset 0
    ) account
    order by account.number
    limit 1
) by_domain on l.sought_domain is not null
left join lateral (
    select
        array_agg(stay.stage_id order by stay.entered_at, stay.exited_at, stay.id) as stages,
        array_agg(stay.entered_at order by stay.entered_at, stay.exited_at, stay.id) as moments,
        bool_and(stay.cause = 'history') as is_testimony
    from (
        select y.* from lifecycle_stagestay y
        where y.workspace_id = %(workspace)s and y.record_id = (l.old).id
        offset 0
    ) stay
) past on l.history_stages is not null and (l.old).id is not null
