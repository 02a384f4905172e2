-- Begin playbooks for records: a run with its steps each, and an event. What is begun already is left as it is.
--
-- parameters:
--   workspace uuid: the tenant
--   found jsonb: record_id, playbook, occasion, counts_from and stage_id of each
--   kept jsonb: by playbook, what the version says of it
--   at timestamptz: the moment
--   by uuid: who begins them, or null
--   blueprint_version int: the version in force
--   request_id text: the request that caused it
-- parts:
--   take_numbers: numbers of the runs
--   step_days: when each step is due
--   log_events: the events
-- columns:
--   id: the run
--   is_over: whether none of its steps is to come
with found as materialized (
    select
        each.*,
        row_number() over (order by each.record_id, each.playbook) as place
    from jsonb_to_recordset(%(found)s::jsonb) as each (
            record_id uuid, playbook text, occasion text, counts_from date, stage_id uuid
        )
),
wanted_numbers (noun, amount) as (select 'playbook_run', count(*) from found),
numbers as (/*{take_numbers*/ select 'playbook_run' as noun, 1 as value /*}*/),
begun as (
    insert into handoffs_playbookrun (
        workspace_id, number, record_id, playbook, label, occasion, counts_from, stage_id, began_at, began_by_id, state
    )
    select
        %(workspace)s,
        numbers.value - wanted_numbers.amount + found.place,
        found.record_id,
        found.playbook,
        %(kept)s::jsonb -> found.playbook ->> 'label',
        found.occasion,
        found.counts_from,
        found.stage_id,
        %(at)s,
        %(by)s::uuid,
        'running'
    from found
    cross join numbers
    cross join wanted_numbers
    on conflict do nothing
    returning id, number, record_id, playbook, label, counts_from
),
planned as (select id as run_id, record_id, playbook, counts_from from begun),
days as materialized (/*{step_days*/ select * from planned /*}*/),
steps as (
    insert into handoffs_runstep (
        workspace_id, run_id, record_id, key, label, position, due_on, due_at, comes_at, state, decided_at, reason,
        skipped_for_its_day
    )
    select
        %(workspace)s,
        run_id,
        record_id,
        key,
        label,
        position,
        due_on,
        due_at,
        comes_at,
        case when is_over then 'skipped' else 'waiting' end,
        case when is_over then %(at)s::timestamptz end,
        case when is_over then 'Its day was over when the playbook began.' else '' end,
        is_over
    from days
),
events as (
    select
        'playbook.started' as kind,
        'playbookrun' as subject_kind,
        id as subject_id,
        record_id,
        %(by)s::uuid as actor_id,
        %(at)s::timestamptz as at,
        jsonb_build_object('number', number, 'playbook', label, 'counts_from', counts_from) as facts,
        %(blueprint_version)s::int as blueprint_version,
        %(request_id)s::text as request_id
    from begun
),
logged as (/*{log_events*/ select * from events /*}*/)
select
    begun.id,
    not exists (select from days where days.run_id = begun.id and not days.is_over) as is_over
from begun
