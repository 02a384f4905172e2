-- Look through some more events of one kind and keep the records that an import wrote.
--
-- The import of an event is read where the row is listed and not where it is sought: JSON is not searched under row
-- security.
--
-- parameters:
--   workspace uuid: the tenant
--   undo uuid: the undoing that the records are kept for
--   import uuid: the import
--   kind text: the kind of event
--   since timestamptz: when the import began
--   until timestamptz: when it ended
--   after_at timestamptz: the moment of the last event that was seen
--   after_id uuid: that event
--   most int: how many events to look at
-- columns:
--   at: the moment of the last event seen
--   id: that event
--   seen: how many there were
with seen as materialized (
    select
        event.id,
        event.at,
        event.record_id,
        event.facts ->> 'import' = %(import)s::text as is_own
    from history_event event
    where
        event.workspace_id = %(workspace)s and event.kind = %(kind)s
        and event.at >= %(since)s and event.at <= %(until)s
        and (event.at, event.id) > (%(after_at)s, %(after_id)s)
    order by event.at, event.id
    limit %(most)s
),
kept as (
    insert into lifecycle_undoitem (id, workspace_id, undo_id, record_id, number, is_created)
    select
        new_id(),
        %(workspace)s,
        %(undo)s,
        own.record_id,
        record.number,
        %(kind)s = 'record.created'
    from (select distinct record_id from seen where is_own) own
    join lifecycle_record record on record.workspace_id = %(workspace)s and record.id = own.record_id
    on conflict (workspace_id, undo_id, record_id) do nothing
)
select
    seen.at,
    seen.id,
    count(*) over () as seen
from seen
order by seen.at desc, seen.id desc
limit 1
