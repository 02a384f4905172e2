-- List the samples of a kind as they were known before a moment: stays and records stand in for the tables of the same
-- names, without what was told later. An end that came later is none; a stay that a file replaced later is there again;
-- what was worth something else by a later word has the amount it had.
--
-- parameters:
--   workspace uuid: the tenant
--   known timestamptz: the moment, where it is one for all
--   closed_stages uuid[]: stages whose stays follow the amount: won and lost ones
-- places:
--   known: the moment, for each record its own where `record_id` is looked at
--   samples: the samples
-- columns:
--   record_id: whom it is about, and all else that a sample says
with lifecycle_staychange as not materialized (
    select c.* from lifecycle_staychange c
    where c.workspace_id = %(workspace)s and c.at < (/*{known*/ %(known)s /*}*/)
),
lifecycle_stagestay as not materialized (
    select
        s.id,
        s.workspace_id,
        s.record_id,
        s.stage_id,
        s.from_stage_id,
        s.entered_at,
        case when s.exited_at < (/*{known*/ %(known)s /*}*/) then s.exited_at end as exited_at,
        s.owner_id,
        s.team_id,
        s.left_owner_id,
        s.left_team_id,
        case
            when later.at is null or s.stage_id <> all(%(closed_stages)s::uuid[]) then s.amount
            else later.amount_before
        end as amount,
        case
            when later.at is null or s.stage_id <> all(%(closed_stages)s::uuid[]) then s.currency
            else later.currency_before
        end as currency,
        s.source,
        s.cause,
        s.reason_key
    from lifecycle_stagestay s
    left join lateral (
        select
            c.at,
            c.amount_before,
            c.currency_before
        from public.lifecycle_staychange c
        where
            c.workspace_id = %(workspace)s
            and c.record_id = s.record_id
            and c.stay_id = s.id
            and c.at >= (/*{known*/ %(known)s /*}*/)
            and (c.amount_before, c.currency_before) is distinct from (c.amount_after, c.currency_after)
        order by c.at
        limit 1
    ) later on true
    where s.workspace_id = %(workspace)s
        and s.entered_at < (/*{known*/ %(known)s /*}*/)
        and coalesce(s.recorded_at, s.entered_at) < (/*{known*/ %(known)s /*}*/)
    union all
    select
        was.id,
        p.workspace_id,
        p.record_id,
        was.stage_id,
        was.from_stage_id,
        was.entered_at,
        case when was.exited_at < (/*{known*/ %(known)s /*}*/) then was.exited_at end as exited_at,
        was.owner_id,
        was.team_id,
        was.left_owner_id,
        was.left_team_id,
        was.amount,
        was.currency,
        was.source,
        was.cause,
        was.reason_key
    from lifecycle_replacedstay p
    cross join
        lateral jsonb_to_record(p.stay)
            as was (
                id uuid, stage_id uuid, from_stage_id uuid, entered_at timestamptz, exited_at timestamptz,
                recorded_at timestamptz,
                owner_id uuid,
                team_id uuid,
                left_owner_id uuid,
                left_team_id uuid,
                amount numeric,
                currency text, source text, cause text, reason_key text
            )
    where
        p.workspace_id = %(workspace)s
        and p.replaced_at >= (/*{known*/ %(known)s /*}*/)
        and was.entered_at < (/*{known*/ %(known)s /*}*/)
        and coalesce(was.recorded_at, was.entered_at) < (/*{known*/ %(known)s /*}*/)
),
lifecycle_record as not materialized (
    select
        r.id,
        r.workspace_id,
        r.kind,
        r.origin_id,
        r.created_at,
        case
            when
                exists (
                    select 1 from lifecycle_replacedstay p
                    where p.workspace_id = %(workspace)s
                        and p.record_id = r.id
                        and p.replaced_at >= (/*{known*/ %(known)s /*}*/)
                )
                then (
                    select min(s.entered_at) from lifecycle_stagestay s
                    where s.workspace_id = %(workspace)s and s.record_id = r.id
                )
            else r.opened_at
        end as opened_at,
        newest.amount,
        newest.currency,
        r.mrr
    from lifecycle_record r
    left join lateral (
        select
            case when c.at is null then s.amount else c.amount_after end as amount,
            case when c.at is null then s.currency else c.currency_after end as currency
        from lifecycle_stagestay s
        left join lifecycle_staychange c
            on c.workspace_id = %(workspace)s and c.record_id = r.id and c.stay_id = s.id
            and coalesce(c.amount_before, c.amount_after) is not null
        where s.workspace_id = %(workspace)s and s.record_id = r.id
        order by s.entered_at desc, s.exited_at desc nulls first, s.id desc, c.at desc nulls last
        limit 1
    ) newest on true
    where r.workspace_id = %(workspace)s
)
/*{samples*/
select s.record_id from lifecycle_stagestay s where s.stage_id = any(%(closed_stages)s::uuid[]) /*}*/
