-- End the running playbooks of which no step is to come or open.
--
-- parameters:
--   workspace uuid: the tenant
--   runs uuid[]: the runs
--   at timestamptz: the moment
--   blueprint_version int: the version in force
--   request_id text: the request that caused it
-- parts:
--   log_events: the events
with ended as (
    update handoffs_playbookrun run
    set state = 'done', ended_at = greatest(%(at)s, run.began_at)
    where
        run.workspace_id = %(workspace)s and run.id = any(%(runs)s::uuid[]) and run.ended_at is null
        and not exists (
            select from handoffs_runstep step
            where
                step.workspace_id = run.workspace_id and step.run_id = run.id
                and step.state in ('waiting', 'open')
        )
    returning run.id, run.number, run.record_id, run.label, run.ended_at
),
events as (
    select
        'playbook.done' as kind,
        'playbookrun' as subject_kind,
        id as subject_id,
        record_id,
        null::uuid as actor_id,
        ended_at as at,
        jsonb_build_object('number', number, 'playbook', label) as facts,
        %(blueprint_version)s::int as blueprint_version,
        %(request_id)s::text as request_id
    from ended
)
/*{log_events*/ select * from events /*}*/
