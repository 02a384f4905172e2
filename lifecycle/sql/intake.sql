-- Take a wave of rows in: find the records they mean, decide, and write everything once.
--
-- Read it downwards. A row cannot be written twice in one statement, so each is decided whole before it is written,
-- and a wave holds no record twice. The statement is prepared once per set of rules and connection, and planned
-- with sequential scans off (lifecycle/intake/execute.py says why). Each table is reached by a key in a lateral of its
-- own or by a list of ids, and rows carry what they need (`old` is the record as it stood) instead of joining tables
-- again. What a CTE computes (a new id, a rule of the score, a verdict) is computed once a row, and not wherever it is
-- mentioned: it is `materialized` where several read it, and where one does, it ends with a fence (`offset 0`), since
-- laying down and reading wide rows costs as much as most of what they are asked.
--
-- The planner does not see the workspace's value: of a workspace younger than the statistics it would believe that it
-- has no rows. See docs/decisions 0010 (one statement) and 0099 (its parts).
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
--   by uuid: who takes the rows in, or null
--   cause text: what caused it
--   version int: the blueprint version in force
--   stage_ids uuid[]: its stages, in the order of its document
--   pipeline_ids uuid[]: its pipelines, in the order of its document
-- places:
--   changed_records: the records that change (this and what follows is left out where all are new)
--   left_stays: the stays that end, and those that a file tells otherwise
--   held_then: what held when a stay began
--   told_stays: the stays that a file tells of
--   after_left_stays: what was held before, once the old stays are closed
--   kept_stays: what changes about records that keep their stage
--   forgotten_words: words that lead there no more
--   further_words: words that lead there as well
--   stages: every stage of the version: id, pipeline, key, path, whether its pipeline begins there, whether records are
--     born there, whether what stands there is won or lost
--   score_points: `new_fit`, `new_behaviour` and `new_score`, over `judged`
-- parts:
--   intake_incoming: what came in
--   intake_found: which record each row means
--   intake_locked: the records, locked
--   intake_merged: how each would stand
--   intake_judged: whether anything changes, and each rule of the score
--   intake_opened: which gates are open
--   intake_settled: where each ends, and its verdict
--   intake_numbered: the numbers of new records
--   intake_entries: the stages that are entered
--   intake_words: the words that a record is searched by
--   intake_events: what history keeps
--   take_numbers: the counters of records and accounts
--   log_events: the writing of events
--   calm: the planner's own mind
-- columns:
--   place: the row's place in the wave
--   verdict: created, updated, unchanged, again, or why it was refused
--   id: the record
--   number: its number
--   held_keys: what kept its value: properties that another system owns, the amount of a closed period
--   email_of: the number of the record that has the address already
--   origin_id: the record it came from
--   entered_stage_id: the stage it entered last; null where it entered none
--   old_stage_id: where it stood before
--   target_stage_id: the stage it was to enter
--   stage_id: where it stands now
--   facts: what a shut gate looked at
with
stages (id, pipeline_id, key, path, is_first, is_entry, is_closed) as (
    values
    /*{stages*/ ((%(stage_ids)s)[1], (%(pipeline_ids)s)[1], 'new', 'sales/new', true, false, false) /*}*/
),
incoming as not materialized (/*{intake_incoming*/ select 1 as place /*}*/),
found as not materialized (/*{intake_found*/ select * from incoming /*}*/ offset 0),
locked as not materialized (/*{intake_locked*/ select * from found /*}*/ offset 0),
merged as not materialized (/*{intake_merged*/ select * from locked /*}*/ offset 0),
judged as not materialized (/*{intake_judged*/ select * from merged /*}*/ offset 0),
scored as not materialized (
    select
        judged.*,
        /*{score_points*/ 60 as new_fit, 20 as new_behaviour, 80 as new_score /*}*/
    from judged
    offset 0
),
opened as not materialized (/*{intake_opened*/ select * from scored /*}*/ offset 0),
settled as materialized (/*{intake_settled*/ select * from opened /*}*/),

-- Numbers, then the records as they are written.
wanted_accounts as materialized (
    select distinct on (company_key)
        company_key,
        made_account_id as id,
        company_name,
        company_domain
    from settled
    where verdict in ('created', 'updated') and made_account_id is not null
    order by company_key, place
),
-- Records first: whoever takes both counters takes them in this order.
wanted_numbers (noun, amount) as (
    select 'record', count(*) from settled
    where verdict = 'created'
    union all
    select 'account', count(*) from wanted_accounts
),
numbers as (/*{take_numbers*/ select noun, amount as value from wanted_numbers /*}*/),
numbered as materialized (/*{intake_numbered*/ select * from settled /*}*/),
ready as not materialized (select numbered.* from numbered where numbered.is_written),

-- Everything is written once.
made_accounts as (
    insert into lifecycle_account (id, workspace_id, number, name, name_key, domain, created_at, updated_at)
    select
        wanted_accounts.id,
        %(workspace)s,
        (select value from numbers where noun = 'account') + 1
        - row_number() over (order by wanted_accounts.company_key desc),
        wanted_accounts.company_name,
        wanted_accounts.company_key,
        coalesce(wanted_accounts.company_domain, ''),
        %(at)s,
        %(at)s
    from wanted_accounts
),
made_records as (
    insert into lifecycle_record (
        id, workspace_id, number, kind, name, email, domain, source, account_id, owner_id, team_id, pipeline_id,
        stage_id, opened_at, entered_stage_at, score, amount, currency, mrr, closes_on, renews_on, properties,
        created_at, updated_at, origin_id
    )
    select
        id, %(workspace)s, known_as, kind, name, email, domain, source, now_account_id, owner_id, team_id, pipeline_id,
        stage_id, now_opened_at, now_entered_at, new_score, amount, currency, mrr, closes_on, renews_on, properties,
        created_at, %(at)s, origin_id
    from ready
    where is_new
    order by place
),
/*{changed_records*/
changed_records as (
    update lifecycle_record
    set
        name = ready.name, email = ready.email, domain = ready.domain, source = ready.source,
        account_id = ready.now_account_id, owner_id = ready.owner_id, team_id = ready.team_id,
        pipeline_id = ready.pipeline_id, stage_id = ready.stage_id, opened_at = ready.now_opened_at,
        entered_stage_at = ready.now_entered_at, score = ready.new_score, amount = ready.amount,
        currency = ready.currency, mrr = ready.mrr, closes_on = ready.closes_on, renews_on = ready.renews_on,
        properties = ready.properties, created_at = ready.created_at, origin_id = ready.origin_id,
        updated_at = greatest(%(at)s, lifecycle_record.updated_at)
    from ready
    where
        lifecycle_record.workspace_id = %(workspace)s and lifecycle_record.id = ready.id
        -- The list makes the planner look up each id, where a join alone may read the table.
        and lifecycle_record.id = any(array(select id from ready where not is_new))
),
/*}*/
made_ids as (
    insert into lifecycle_externalid (workspace_id, record_id, system, kind, value)
    select
        %(workspace)s,
        id,
        system,
        kind,
        external_id
    from ready
    where external_id is not null and not is_id_known
),
/*{left_stays*/
left_stays as (
    update lifecycle_stagestay
    set exited_at = ready.moment, left_owner_id = (ready.old).owner_id, left_team_id = (ready.old).team_id
    from ready
    where
        lifecycle_stagestay.workspace_id = %(workspace)s and lifecycle_stagestay.exited_at is null
        and lifecycle_stagestay.record_id = ready.id
        and lifecycle_stagestay.record_id = any(
            array(select id from ready where not is_new and cardinality(path) > 0)
        )
    returning 1
),
corrected_stays as (
    delete from lifecycle_stagestay
    where
        workspace_id = %(workspace)s
        and record_id = any(array(select id from ready where not is_new and is_history))
    returning *
),
former_stays as materialized (
    select distinct on (record_id, stage_id, entered_at) * from corrected_stays
    order by record_id, stage_id, entered_at, id
),
/*}*/
entries as materialized (/*{intake_entries*/ select * from ready /*}*/),
made_stays as (
    insert into lifecycle_stagestay (
        workspace_id, record_id, pipeline_id, stage_id, from_stage_id, entered_at, exited_at, entered_by_id, cause,
        reason_key, blueprint_version, facts_from, recorded_at, owner_id, team_id, left_owner_id, left_team_id, amount,
        currency, source
    )
    select
        %(workspace)s,
        stay.*,
        /*{held_then*/
        case when former.id is null then held.owner_id else former.owner_id end,
        case when former.id is null then held.team_id else former.team_id end,
        case when stay.exited_at is not null then coalesce(former.left_owner_id, held.owner_id) end,
        case when stay.exited_at is not null then coalesce(former.left_team_id, held.team_id) end,
        case when former.exited_at is null then held.amount else former.amount end,
        case when former.exited_at is null then held.currency else former.currency end,
        case when former.id is null then held.source else former.source end
        /*}*/
    from (
        select
            id, pipeline_id, stage_id, from_stage_id, entered_at, exited_at, %(by)s, cause, reason_key, %(version)s,
            '' as facts_from, null::timestamptz as recorded_at
        from entries
        /*{told_stays*/
        union all
        select
            ready.id, ready.pipeline_id, past.stage_id, ready.history_stages[past.nth - 1], past.entered_at,
            ready.history_moments[past.nth + 1], %(by)s, 'history', '', %(version)s, 'file', ready.moment
        from ready
        cross join unnest(ready.history_stages, ready.history_moments) with ordinality past (stage_id, entered_at, nth)
        where ready.is_history
        /*}*/
    ) stay
    join ready held on held.id = stay.id
    /*{after_left_stays*/
    -- A stay that a file tells again keeps what held when it began.
    left join former_stays former
        on held.is_history and former.record_id = held.id and former.stage_id = stay.stage_id
        and former.entered_at = stay.entered_at
    -- Counting them closes the old stays before new ones open: a record has one open stay, and an index says so.
    where (select count(*) from left_stays) + (select count(*) from corrected_stays) >= 0
    /*}*/
),
/*{kept_stays*/
-- What changes about a record that keeps its stage; a won or lost stay follows the amount.
kept_stays as materialized (
    select
        ready.*,
        stay.id as stay_id
    from ready
    cross join
        lateral (
            select open.id from lifecycle_stagestay open
            where open.workspace_id = %(workspace)s and open.record_id = ready.id and open.exited_at is null
            limit 1
        ) stay
    where
        not ready.is_new and cardinality(ready.path) = 0 and not ready.is_history
        and (
            (ready.owner_id, ready.team_id, ready.amount, ready.currency)
            is distinct from
            ((ready.old).owner_id, (ready.old).team_id, (ready.old).amount, (ready.old).currency)
        )
),
stay_changes as (
    insert into lifecycle_staychange (
        workspace_id, record_id, stay_id, at, by_id, owner_before, owner_after, team_before, team_after, amount_before,
        amount_after, currency_before, currency_after
    )
    select
        %(workspace)s,
        id,
        stay_id,
        moment,
        %(by)s,
        (old).owner_id,
        owner_id,
        (old).team_id,
        team_id,
        (old).amount,
        amount,
        (old).currency,
        currency
    from kept_stays
),
followed_stays as (
    update lifecycle_stagestay
    set amount = kept_stays.amount, currency = kept_stays.currency
    from kept_stays
    join stages on stages.id = kept_stays.stage_id and stages.is_closed
    where
        lifecycle_stagestay.workspace_id = %(workspace)s and lifecycle_stagestay.id = kept_stays.stay_id
        and lifecycle_stagestay.id = any(array(select stay_id from kept_stays))
        and (
            (lifecycle_stagestay.amount, lifecycle_stagestay.currency)
            is distinct from (kept_stays.amount, kept_stays.currency)
        )
),
/*}*/
score_changes as (
    insert into lifecycle_scorechange (workspace_id, record_id, at, before, after, cause, reasons)
    select
        %(workspace)s,
        id,
        moment,
        coalesce(old_score, 0),
        new_score,
        %(cause)s,
        reasons
    from ready
    where reasons is not null
),
touches as (
    insert into lifecycle_touchpoint (workspace_id, record_id, at, channel, source)
    select
        %(workspace)s,
        id,
        case when is_new then created_at else %(at)s end,
        left(source, 60),
        source
    from ready
    where source <> '' and (old).source is distinct from source
),
words as materialized (/*{intake_words*/ select * from ready /*}*/),
/*{forgotten_words*/
forgotten_words as (
    delete from lifecycle_searchtoken
    using words
    where
        lifecycle_searchtoken.workspace_id = %(workspace)s
        and lifecycle_searchtoken.record_id = any(array(select id from words where not is_new))
        and lifecycle_searchtoken.record_id = words.id and lifecycle_searchtoken.token <> all(words.tokens)
),
/*}*/
-- Looking for a word that is there already costs half as much again: nobody has those of a new record.
new_words as (
    insert into lifecycle_searchtoken (workspace_id, token, record_id)
    select
        %(workspace)s,
        word.token,
        words.id
    from words
    cross join lateral unnest(words.tokens) as word (token)
    where words.is_new
),
/*{further_words*/
further_words as (
    insert into lifecycle_searchtoken (workspace_id, token, record_id)
    select
        %(workspace)s,
        word.token,
        words.id
    from words
    cross join lateral unnest(words.tokens) as word (token)
    where not words.is_new
    on conflict do nothing
),
/*}*/
events as (/*{intake_events*/ select * from ready /*}*/),
written_events as (/*{log_events*/ select * from events /*}*/),
calm as materialized (/*{calm*/ select '' as seqscan /*}*/)
select
    numbered.place,
    numbered.verdict,
    numbered.id,
    numbered.known_as as number,
    numbered.held_keys,
    numbered.email_of,
    numbered.origin_id,
    case when cardinality(numbered.path) > 0 then numbered.stage_id end as entered_stage_id,
    numbered.old_stage_id,
    numbered.target_stage_id,
    numbered.stage_id,
    case
        when numbered.verdict = 'gate_closed'
            then
                numbered.properties
                || jsonb_build_object(
                    'name', numbered.name, 'email', numbered.email, 'source', numbered.source,
                    'domain', numbered.domain, 'kind', numbered.kind, 'amount', numbered.amount,
                    'mrr', numbered.mrr, 'currency', numbered.currency, 'closes_on', numbered.closes_on,
                    'renews_on', numbered.renews_on, 'created_at', numbered.created_at,
                    'entered_stage_at', numbered.entered_stage_at, 'last_activity_at', numbered.last_activity_at,
                    'account_name', numbered.account_name, 'account_domain', numbered.account_domain,
                    'score', numbered.new_score, 'stage', numbered.stage_key, 'owner', numbered.owner_id,
                    'team', numbered.team_id
                )
    end as facts
from numbered
cross join calm
