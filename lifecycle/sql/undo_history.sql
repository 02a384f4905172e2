-- Give records the stays back that an import replaced, each as it was, and stand each where its open stay says.
--
-- An event of this transaction says that their history is corrected; what the import had told is kept like any stay
-- that was told otherwise.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: the records
--   since timestamptz: when the import began
--   until timestamptz: when it ended
--   first_id uuid: the first id of a row written while it ran
--   last_id uuid: the last one
-- columns:
--   restored: how many records have their past again
--   stays: how many stays that is
with former as materialized (
    select stay.*
    from (
        select
            replaced.record_id,
            replaced.stay,
            rank() over (partition by replaced.record_id order by replaced.replaced_at) as nth
        from lifecycle_replacedstay replaced
        where
            replaced.workspace_id = %(workspace)s and replaced.record_id = any(%(records)s)
            and replaced.replaced_at >= %(since)s and replaced.replaced_at <= %(until)s
    ) kept
    cross join
        lateral jsonb_populate_record(
            null::lifecycle_stagestay,
            '{"currency": "", "source": "", "facts_from": "unfilled"}' || kept.stay
            || jsonb_build_object('workspace_id', %(workspace)s::uuid, 'record_id', kept.record_id)
        ) stay
    where kept.nth = 1
),
-- What the import told of owners is of moments before it began, and was written while it ran.
told_changes as (
    delete from lifecycle_staychange
    where
        workspace_id = %(workspace)s and record_id = any(%(records)s) and at < %(since)s
        and id >= %(first_id)s and id <= %(last_id)s
),
told as (
    delete from lifecycle_stagestay
    where workspace_id = %(workspace)s and record_id = any(array(select record_id from former))
    returning 1
),
restored as (
    insert into lifecycle_stagestay
    select former.* from former
    -- Counting what goes takes it away before the former stays come: a record has one open stay, and an index says so.
    where (select count(*) from told) >= 0
    returning 1
),
placed as (
    update lifecycle_record
    set
        stage_id = former.stage_id, pipeline_id = former.pipeline_id, entered_stage_at = former.entered_at,
        opened_at = (select min(first.entered_at) from former first where first.record_id = former.record_id)
    from former
    where
        lifecycle_record.workspace_id = %(workspace)s and lifecycle_record.id = former.record_id
        and former.exited_at is null
    returning 1
)
select
    (select count(*) from placed) as restored,
    (select count(*) from restored) as stays
