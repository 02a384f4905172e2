-- Say how the clocks of the whole product stand, as the scanner role: what waits longest of each kind. The first step
-- due of each workspace is found through the index of what is due: the index as a whole may be a million long. Sample
-- companies have lived in the past, so what waits there has no age.
--
-- columns:
--   tasks: by task, seconds since it last came to its end, how long it took, and how often it ran
--   scan_age_seconds: how long ago the scan for due steps came to its end
--   beat_age_seconds: how long ago the schedule said that it runs
--   oldest_due_step_seconds: how long the first due step waits
--   oldest_routing_seconds: how long the first handoff waits to be routed again
--   oldest_asking_seconds: how long the first record waits to be asked again
--   oldest_waiting_import_seconds: how long the first import waits
--   oldest_unfolded_seconds: how long the first changed day waits
--   oldest_waiting_impact_seconds: how long the first what-if waits
--   oldest_rescoring_seconds: how long the first walk over scores takes
--   oldest_set_aside_seconds: how long the first row that was set aside waits
--   waiting_impacts: how many what-ifs wait
--   waiting_rescorings: how many such walks go on
--   set_aside: how many rows were set aside
--   failing_workspaces: in how many workspaces a pass fails
with found as (
    select
        (
            select
                coalesce(
                    jsonb_object_agg(
                        name,
                        jsonb_build_object(
                            'age_seconds', round(extract(epoch from now() - at), 1), 'took_ms', took_ms, 'runs', runs
                        )
                    ),
                    '{}'
                )
            from operating_heartbeat
        ) as tasks,
        (
            select max(now() - earliest.at)
            from workspaces_workspace w
            cross join
                lateral (
                    select c.next_rung_at as at from handoffs_clock c
                    where c.workspace_id = w.id and c.next_rung_at is not null
                    order by c.next_rung_at
                    limit 1
                ) earliest
            where earliest.at <= now() and w.sample_of_id is null
        ) as oldest_due_step,
        (
            select max(now() - earliest.at)
            from workspaces_workspace w
            cross join
                lateral (
                    select h.again_at as at from handoffs_handoff h
                    where h.workspace_id = w.id and h.again_at is not null
                    order by h.again_at
                    limit 1
                ) earliest
            where earliest.at <= now() and w.sample_of_id is null
        ) as oldest_routing,
        (
            select max(now() - earliest.at)
            from workspaces_workspace w
            cross join
                lateral (
                    select r.ask_again_at as at from lifecycle_record r
                    where r.workspace_id = w.id and r.ask_again_at is not null
                    order by r.ask_again_at
                    limit 1
                ) earliest
            where earliest.at <= now() and w.sample_of_id is null
        ) as oldest_asking,
        (select max(now() - waiting_since) from lifecycle_import where state in ('reading', 'waiting'))
            as oldest_waiting_import,
        (select max(now() - marked_at) from scorecard_dirtyday) as oldest_unfolded,
        (select max(now() - asked_at) from governance_impact where state in ('waiting', 'running')) as oldest_impact,
        (select count(*) from governance_impact where state in ('waiting', 'running')) as waiting_impacts,
        (
            select max(now() - g.started_at) from lifecycle_rescoring g
            join workspaces_workspace w on w.id = g.workspace_id and w.sample_of_id is null
            where g.finished_at is null
        ) as oldest_rescoring,
        (select count(*) from lifecycle_rescoring where finished_at is null) as waiting_rescorings,
        (select count(*) from operating_setaside) as set_aside,
        (select max(now() - since) from operating_setaside) as oldest_set_aside,
        (select count(distinct workspace_id) from workspaces_sweeptrouble) as failing_workspaces
)

select
    tasks,
    (tasks -> 'handoffs.scan' ->> 'age_seconds')::float8 as scan_age_seconds,
    (tasks -> 'beat' ->> 'age_seconds')::float8 as beat_age_seconds,
    round(extract(epoch from oldest_due_step), 1)::float8 as oldest_due_step_seconds,
    round(extract(epoch from oldest_routing), 1)::float8 as oldest_routing_seconds,
    round(extract(epoch from oldest_asking), 1)::float8 as oldest_asking_seconds,
    round(extract(epoch from oldest_waiting_import), 1)::float8 as oldest_waiting_import_seconds,
    round(extract(epoch from oldest_unfolded), 1)::float8 as oldest_unfolded_seconds,
    round(extract(epoch from oldest_impact), 1)::float8 as oldest_waiting_impact_seconds,
    round(extract(epoch from oldest_rescoring), 1)::float8 as oldest_rescoring_seconds,
    round(extract(epoch from oldest_set_aside), 1)::float8 as oldest_set_aside_seconds,
    waiting_impacts,
    waiting_rescorings,
    set_aside,
    failing_workspaces
from found
