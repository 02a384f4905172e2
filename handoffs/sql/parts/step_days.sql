-- The days of steps: every step of each run in the statement's `planned (run_id, playbook, counts_from)`.
--
-- Where the playbook has a calendar, a step is due on its working day or the last one before, never before today for
-- that. One whose own day is over is over.
--
-- parameters:
--   kept jsonb: by playbook, what the version says of it
--   at timestamptz: the moment
--   zone text: the workspace's time zone
select
    planned.run_id,
    planned.record_id,
    step.key,
    step.value ->> 'label' as label,
    (step.value ->> 'position')::int as position,
    due.due_on,
    (due.due_on + 1)::timestamp at time zone %(zone)s as due_at,
    (due.due_on - (step.value ->> 'notice')::int)::timestamp at time zone %(zone)s as comes_at,
    wanted.wanted_on < today.today as is_over
from planned
cross join (select (%(at)s::timestamptz at time zone %(zone)s)::date as today) today
cross join lateral (select %(kept)s::jsonb -> planned.playbook as book) kept
cross join lateral jsonb_each(kept.book -> 'steps') step
cross join lateral (select planned.counts_from + (step.value ->> 'day')::int as wanted_on) wanted
cross join
    lateral (
        select coalesce(max(wanted.wanted_on - back.days), wanted.wanted_on) as worked_on
        from generate_series(0, 13) back (days)
        where
            kept.book -> 'worked' @> to_jsonb((wanted.wanted_on - back.days)::text)
            or not (
                kept.book -> 'rest_days' @> to_jsonb(extract(isodow from wanted.wanted_on - back.days)::int)
                or kept.book -> 'closed' @> to_jsonb((wanted.wanted_on - back.days)::text)
            )
    ) working
cross join lateral (
    select greatest(working.worked_on, least(wanted.wanted_on, today.today)) as due_on
) due
