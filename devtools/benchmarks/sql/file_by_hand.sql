-- Take in the leads of a staged file by one statement: cells are checked, of an id the last row counts, and accounts,
-- records and ids are written.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: when
--   pipeline uuid: the lifecycle
--   stage uuid: its first stage
-- columns:
--   taken: how many records
with checked as materialized (
    select
        bench_staging.*,
        email ~ '^[^@]+@[^@]+[.][^@]+$' and pg_input_is_valid(employees, 'int') and pg_input_is_valid(pages, 'int')
        and pg_input_is_valid(demo, 'boolean') as is_good
    from bench_staging
), refused as (
    insert into bench_refused (line, row_text)
    select
        line,
        checked::text
    from checked
    where not is_good
), good as materialized (
    select distinct on (id)
        checked.*,
        new_id() as record_id,
        regexp_replace(lower(company), '[^a-z0-9]', '', 'g') as company_key
    from checked
    where is_good
    order by id, line desc
), fresh as materialized (
    select
        good.*,
        coalesce(known.record_id, lead.id) as found_id,
        account.id as known_account_id
    from good
    left join lifecycle_externalid known
        on known.workspace_id = %(workspace)s and known.system = 'crm' and known.kind = 'lead' and known.value = good.id
    left join lifecycle_record lead
        on lead.workspace_id = %(workspace)s and lead.kind = 'lead' and lead.email <> '' and lead.email = good.email
    left join lifecycle_account account
        on account.workspace_id = %(workspace)s and account.name_key = good.company_key
), accounts as (
    insert into lifecycle_account (id, workspace_id, number, name, name_key, domain, created_at, updated_at)
    select
        new_id(), %(workspace)s, row_number() over (), min(company), company_key, '', %(at)s, %(at)s
    from fresh
    where known_account_id is null
    group by company_key
    returning id, name_key
), changed as (
    update lifecycle_record
    set name = fresh.name, email = fresh.email, source = fresh.source, updated_at = %(at)s
    from fresh
    where lifecycle_record.workspace_id = %(workspace)s and lifecycle_record.id = fresh.found_id
), records as (
    insert into lifecycle_record (
        id, workspace_id, number, kind, name, email, domain, source, account_id, pipeline_id, stage_id, opened_at,
        entered_stage_at, score, properties, created_at, updated_at
    )
    select
        record_id, %(workspace)s, row_number() over (order by line), 'lead', fresh.name, email,
        split_part(email, '@', 2), source, coalesce(known_account_id, accounts.id), %(pipeline)s, %(stage)s, %(at)s,
        %(at)s, 0,
        jsonb_build_object(
            'employees', employees::int, 'seniority', seniority, 'pages_viewed', pages::int, 'demo_requested',
            demo::boolean, 'job_title', title
        ),
        %(at)s, %(at)s
    from fresh
    left join accounts on accounts.name_key = fresh.company_key
    where found_id is null
    returning id
), ids as (
    insert into lifecycle_externalid (workspace_id, record_id, system, kind, value)
    select %(workspace)s, record_id, 'crm', 'lead', id
    from fresh
    where found_id is null
)
select count(*) as taken from records
