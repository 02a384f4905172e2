-- Write events that the application tells.
--
-- parameters:
--   told jsonb: one object per event, in their order: kind, subject_kind, subject_id, record_id, facts
--   actor uuid: who did it
--   at timestamptz: when
--   blueprint_version int: the version in force
--   request_id text: the request that caused it
-- parts:
--   log_events: the writing
with events as (
    select
        told.*,
        %(actor)s::uuid as actor_id,
        %(at)s::timestamptz as at,
        %(blueprint_version)s as blueprint_version,
        %(request_id)s as request_id
    from jsonb_to_recordset(%(told)s) as told (
            kind text, subject_kind text, subject_id uuid, record_id uuid, facts jsonb
        )
)
/*{log_events*/ select * from events /*}*/
