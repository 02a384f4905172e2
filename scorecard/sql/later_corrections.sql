-- List what came in about the closings of some days after these had ended, newest first: another amount, a closing that
-- a file told late, one that a file told otherwise or no more, one that was left again. Whether their period was
-- closed by then does not matter.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   stages uuid[]: the won and lost stages whose closings are meant
--   since timestamptz: closings from this moment on
--   until timestamptz: and before that one, after which a word is a later one
--   most int: no more than so many
-- columns:
--   kind: amount, late, retold, removed, reopened
--   record_id: the record
--   stay_id: its stay in the stage
--   stage_id: the stage
--   closed_at: when it was closed
--   period: the first day of its month
--   at: when the word came
--   by_id: whose word it is, or null
--   reason: why
--   is_counted_before: whether the closing was known before
--   is_counted_after: whether it still counts
--   amount_before: what it was worth
--   amount_after: what it is worth
--   currency_before: in which currency
--   currency_after: in which currency
--   owner_before: whose it was
--   owner_after: whose it is
--   source_before: where it came from
--   source_after: where it comes from
with closed as (
    select s.*
    from lifecycle_stagestay s
    left join lifecycle_stage f on f.workspace_id = %(workspace)s and f.id = s.from_stage_id
    join lifecycle_stage g on g.workspace_id = %(workspace)s and g.id = s.stage_id
    where
        s.workspace_id = %(workspace)s and s.stage_id = any(%(stages)s) and s.entered_at >= %(since)s
        and s.entered_at < %(until)s and g.category is distinct from f.category
),
gone as (
    select
        p.record_id,
        p.replaced_at,
        was.*
    from lifecycle_replacedstay p
    cross join
        lateral jsonb_to_record(p.stay)
            as was (
                id uuid,
                stage_id uuid,
                entered_at timestamptz,
                owner_id uuid,
                amount numeric,
                currency text,
                source text
            )
    where
        p.workspace_id = %(workspace)s and p.replaced_at >= %(until)s and was.stage_id = any(%(stages)s)
        and was.entered_at >= %(since)s and was.entered_at < %(until)s
),
words as (
    select
        'amount' as kind, s.record_id, s.id as stay_id, s.stage_id, s.entered_at as closed_at, c.at, c.by_id, c.reason,
        true as is_counted_before, true as is_counted_after, c.amount_before, c.amount_after, c.currency_before,
        c.currency_after, s.owner_id as owner_before, s.owner_id as owner_after, s.source as source_before,
        s.source as source_after
    from closed s
    join lifecycle_staychange c
        on c.workspace_id = %(workspace)s and c.record_id = s.record_id and c.stay_id = s.id and c.at >= %(until)s
        and (c.amount_before, c.currency_before) is distinct from (c.amount_after, c.currency_after)
    union all
    select
        'late', s.record_id, s.id, s.stage_id, s.entered_at, s.recorded_at, s.entered_by_id, '',
        false, true, null, s.amount, '', s.currency, null, s.owner_id, '', s.source
    from closed s
    where
        s.recorded_at >= %(until)s and not exists (
            select from gone
            where gone.record_id = s.record_id and gone.stage_id = s.stage_id and gone.entered_at = s.entered_at
        )
    union all
    select
        case when s.id is null then 'removed' else 'retold' end, gone.record_id, coalesce(s.id, gone.id),
        gone.stage_id, gone.entered_at, gone.replaced_at, s.entered_by_id, '',
        true, s.id is not null, gone.amount, s.amount, coalesce(gone.currency, ''), coalesce(s.currency, ''),
        gone.owner_id, s.owner_id, coalesce(gone.source, ''), coalesce(s.source, '')
    from gone
    left join lifecycle_stagestay s
        on s.workspace_id = %(workspace)s and s.record_id = gone.record_id and s.stage_id = gone.stage_id
        and s.entered_at = gone.entered_at
    where
        s.id is null
        or (s.amount, s.currency, s.owner_id, s.source)
        is distinct from (gone.amount, gone.currency, gone.owner_id, gone.source)
    union all
    select
        'reopened', s.record_id, s.id, s.stage_id, s.entered_at, s.exited_at, n.entered_by_id, n.reason_key,
        true, g.category not in ('won', 'lost'), s.amount, s.amount, s.currency, s.currency, s.owner_id, s.owner_id,
        s.source, s.source
    from closed s
    join lifecycle_stagestay n
        on n.workspace_id = %(workspace)s and n.record_id = s.record_id and n.entered_at = s.exited_at
        and n.from_stage_id = s.stage_id and n.id <> s.id
    join lifecycle_stage g on g.workspace_id = %(workspace)s and g.id = n.stage_id
    join lifecycle_stage f on f.workspace_id = %(workspace)s and f.id = s.stage_id
    where s.exited_at >= %(until)s and g.category <> f.category
)
select
    kind,
    record_id,
    stay_id,
    stage_id,
    closed_at,
    date_trunc('month', closed_at at time zone %(zone)s)::date as period,
    at,
    by_id,
    reason,
    is_counted_before,
    is_counted_after,
    amount_before,
    amount_after,
    currency_before,
    currency_after,
    owner_before,
    owner_after,
    source_before,
    source_after
from words
order by at desc, stay_id
limit %(most)s
