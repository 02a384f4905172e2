-- Work out how each record would stand: what the row says over what is stored, its account, and the stage it asks for.
--
-- Key by key, in laterals, for the same reason as in `intake_found.sql`. Where a look-up also sorts, the sort stands
-- outside of a fence (`offset 0`): inside, the planner would walk an index in that order through the whole workspace.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
-- places:
--   waits: whether a row that found a record waits
--   own: the account it has
--   past: its stays so far
-- columns:
--   moment: `at`, or later where the record was written later while we waited for its lock
--   target_stage_id: the stage it is to enter; null where it is to stay
--   from_stage_id: the stage it would leave; null for one that is born where it asks to stand
--   start_stage_id: where the stages that are entered by themselves begin
--   stage_key: the stage as the rules read it
--   held_keys: what the row may not write: properties that another system owns, the amount of a closed period
--   made_account_id: the account to make, shared by rows that name the same company
--   is_again: the row waits for the next wave
--   is_elsewhere: it asks for a stage of another pipeline
--   old_stages: the dated past so far, with `old_moments`; `is_testimony` where all of it came from rows
select
    place, line, kind, system, external_id, company_name, company_key, company_domain, asked_stage, history_stages,
    history_moments, loss_reason, kept_reason, note, override_facts, giver_id,
    is_asked_again, must_stay, is_id_known, email_of, old,
    coalesce((old).id, fresh_id) as id,
    (old).id is null as is_new,
    found_id is not null and /*{waits*/ nth_of_record > 1 /*}*/ as is_again,
    (old).number as number,
    (old).stage_id as old_stage_id,
    (old).score as old_score,
    coalesce((old).origin_id, origin_id) as origin_id,
    greatest(%(at)s, (old).entered_stage_at, (old).updated_at) as moment,

    -- where it stands and where it is to go
    coalesce(
        case when history_stages is not null then asked_pipeline_id end,
        (old).pipeline_id, asked_pipeline_id, usual_pipeline_id
    ) as pipeline_id,
    coalesce(
        target.id,
        case when asked_stage is null and history_stages is null and (old).id is null then home.id end
    ) as target_stage_id,
    coalesce((old).stage_id, case when is_made is null and not target.is_entry then home.id end) as from_stage_id,
    (asked_stage is not null or history_stages is not null) and asked_pipeline_id <> (old).pipeline_id
        as is_elsewhere,
    case when asked_stage is null then coalesce((old).stage_id, home.id) else target.id end as start_stage_id,
    coalesce(present.key, case when is_made or target.is_entry then target.key end, home.key) as stage_key,
    (old).opened_at as opened_at,
    coalesce((old).entered_stage_at, %(at)s) as entered_stage_at,
    (old).last_activity_at as last_activity_at,
    (old).score as score,

    -- its columns: a key that the row does not have leaves the old value
    coalesce(nullif(core ->> 'name', ''), (old).name, fallback_name) as name,
    case when core ? 'email' then coalesce(core ->> 'email', '') else coalesce((old).email, '') end as email,
    case
        when core ? 'domain' then coalesce(core ->> 'domain', '')
        else coalesce(nullif((old).domain, ''), mail_domain, '')
    end as domain,
    case when core ? 'source' then coalesce(core ->> 'source', '') else coalesce((old).source, '') end as source,
    case when core ? 'owner_id' then (core ->> 'owner_id')::uuid else (old).owner_id end as owner_id,
    case
        when
            core ? 'owner_id' and ((core ->> 'owner_id')::uuid is distinct from (old).owner_id)
            then (
                select seat.team_id
                from (
                    select
                        id,
                        team_id
                    from workspaces_teamseat
                    where workspace_id = %(workspace)s and member_id = (core ->> 'owner_id')::uuid
                    offset 0
                ) seat
                order by seat.id
                limit 1
            )
        else (old).team_id
    end as team_id,
    case
        when core ? 'amount' and not closing.is_shut then (core ->> 'amount')::numeric(16, 2) else (old).amount
    end as amount,
    case
        when core ? 'currency' and not closing.is_shut then coalesce(core ->> 'currency', '')
        else coalesce((old).currency, '')
    end as currency,
    case when core ? 'mrr' then (core ->> 'mrr')::numeric(16, 2) else (old).mrr end as mrr,
    case when core ? 'closes_on' then (core ->> 'closes_on')::date else (old).closes_on end as closes_on,
    case when core ? 'renews_on' then (core ->> 'renews_on')::date else (old).renews_on end as renews_on,
    coalesce(
        (core ->> 'created_at')::timestamptz, (old).created_at, (core ->> 'born_at')::timestamptz,
        history_moments[1], %(at)s
    ) as created_at,

    -- its properties, each by the rule for its source
    (coalesce(filling_properties, '{}') || coalesce((old).properties, '{}') || coalesce(new_properties, '{}'))
    - coalesce(cleared_keys, '{}') as properties,
    case
        when filling_properties is not null or refused_properties is not null or closing.is_shut then (
            select array_agg(refused.key order by refused.key)
            from (
                select key from jsonb_each(filling_properties)
                where (old).properties ? key and (old).properties -> key <> value
                union
                select key from jsonb_each(refused_properties)
                where coalesce((old).properties -> key, 'null') <> value
                union
                select 'amount'
                where
                    closing.is_shut and core ? 'amount'
                    and ((core ->> 'amount')::numeric(16, 2) is distinct from (old).amount)
                union
                select 'currency'
                where closing.is_shut and core ? 'currency' and coalesce(core ->> 'currency', '') <> (old).currency
            ) refused
        )
    end as held_keys,

    -- its account: the one the row names, else its own, else the one of its domain
    case
        when company_key is null then coalesce((old).account_id, by_domain.id)
        else coalesce(by_name.id, by_domain.id)
    end as account_id,
    case
        when company_key is not null and by_name.id is null and by_domain.id is null
            then first_value(fresh_account_id) over (partition by company_key order by place)
    end as made_account_id,
    case
        when company_key is null then coalesce(own.name, by_domain.name)
        else coalesce(by_name.name, by_domain.name, company_name)
    end as account_name,
    case
        when company_key is null then coalesce(own.domain, by_domain.domain)
        else coalesce(by_name.domain, by_domain.domain, company_domain, '')
    end as account_domain,

    past.stages as old_stages,
    past.moments as old_moments,
    past.is_testimony
from locked
left join stages present on present.id = (old).stage_id
-- The amount of a closing in a closed period waits for a restatement. The rule is looked for where one is told only.
cross join
    lateral (
        select
            coalesce(
                present.is_closed and (core ? 'amount' or core ? 'currency')
                and (old).entered_stage_at < (select public.closed_before(%(workspace)s, %(at)s)),
                false
            ) as is_shut
    ) closing
left join stages home
    on home.is_first and home.pipeline_id = coalesce((old).pipeline_id, asked_pipeline_id, usual_pipeline_id)
left join stages target
    on target.key = asked_stage
    and target.pipeline_id = coalesce(asked_pipeline_id, (old).pipeline_id, usual_pipeline_id)
left join lateral (
    select
        account.id,
        account.name,
        account.domain
    from lifecycle_account account
    where account.workspace_id = %(workspace)s and account.name_key = company_key
    limit 1
) by_name on company_key is not null
/*{own*/
left join lateral (
    select
        account.name,
        account.domain
    from lifecycle_account account
    where account.workspace_id = %(workspace)s and account.id = (old).account_id
    limit 1
) own on (old).account_id is not null
/*}*/
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
        where workspace_id = %(workspace)s and domain = sought_domain
        offset 0
    ) account
    order by account.number
    limit 1
) by_domain on sought_domain is not null
/*{past*/
left join lateral (
    select
        array_agg(stay.stage_id order by stay.entered_at, stay.exited_at, stay.id) as stages,
        array_agg(stay.entered_at order by stay.entered_at, stay.exited_at, stay.id) as moments,
        bool_and(
            stay.cause = 'history'
            -- It was put where its pipeline begins for want of a better word, and the row has one.
            or stay.cause = 'intake' and stay.exited_at is null and stay.entered_at <> all(history_moments)
        ) as is_testimony
    from (
        select * from lifecycle_stagestay
        where workspace_id = %(workspace)s and record_id = (old).id
        offset 0
    ) stay
) past on history_stages is not null and (old).id is not null
/*}*/
