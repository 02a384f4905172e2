-- Count running playbooks from another day: what is still to come, and the tasks that are open, move with it. What was
-- to come by a day that is over now is skipped, as it is where a playbook begins late; what was skipped so and is to
-- come again waits for its day. A task that is due at another time is chased anew.
--
-- parameters:
--   workspace uuid: the tenant
--   moved jsonb: run_id, record_id, playbook, occasion and counts_from of each
--   at timestamptz: the moment
--   blueprint_version int: the version in force
--   request_id text: the request that caused it
-- parts:
--   step_days: when each step is due
--   log_events: the events
with planned as materialized (
    select each.*
    from jsonb_to_recordset(%(moved)s::jsonb) as each (
            run_id uuid, record_id uuid, playbook text, occasion text, counts_from date
        )
),
days as materialized (/*{step_days*/ select * from planned /*}*/),
moved as (
    update handoffs_playbookrun run
    set
        counts_from = planned.counts_from,
        occasion = case
            when exists (
                    select from handoffs_playbookrun former
                    where
                        former.workspace_id = run.workspace_id and former.record_id = run.record_id
                        and former.playbook = run.playbook and former.occasion = planned.occasion
                ) then run.occasion
            else planned.occasion
        end
    from planned
    where run.workspace_id = %(workspace)s and run.id = planned.run_id and run.ended_at is null
    returning run.id, run.number, run.record_id, run.label, run.counts_from
),
steps as (
    update handoffs_runstep step
    set
        due_on = days.due_on,
        due_at = days.due_at,
        comes_at = days.comes_at,
        state = case when step.state = 'open' then 'open' when days.is_over then 'skipped' else 'waiting' end,
        decided_at = case when step.state <> 'open' and days.is_over then coalesce(step.decided_at, %(at)s) end,
        reason = case
            when step.state = 'waiting' and days.is_over then 'Its day was over when the date moved.'
            when days.is_over then step.reason
            else ''
        end,
        skipped_for_its_day = step.state <> 'open' and days.is_over
    from days
    where
        step.workspace_id = %(workspace)s and step.run_id = days.run_id and step.key = days.key
        and (step.state in ('waiting', 'open') or step.skipped_for_its_day)
    returning step.task_id, step.due_at
),
tasks as (
    update handoffs_task k
    set due_at = steps.due_at, chased = 0, chase_at = null
    from steps
    where
        k.workspace_id = %(workspace)s and k.id = steps.task_id and k.done_at is null
        and k.due_at is distinct from steps.due_at
),
events as (
    select
        'playbook.moved' as kind,
        'playbookrun' as subject_kind,
        id as subject_id,
        record_id,
        null::uuid as actor_id,
        %(at)s::timestamptz as at,
        jsonb_build_object('number', number, 'playbook', label, 'counts_from', counts_from) as facts,
        %(blueprint_version)s::int as blueprint_version,
        %(request_id)s::text as request_id
    from moved
)
/*{log_events*/ select * from events /*}*/
