-- Tell which of these records somebody, or another import, wrote after an import did; and which it moved itself.
--
-- What the import wrote about a record has the moment of an event that names the import.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: the records
--   import uuid: the import
--   since timestamptz: when the import began
-- columns:
--   record_id: the record
--   touched_by: `imports` where another import did, `moved` where this one moved a record that was there before, else
--     `people`
select distinct on (event.record_id)
    event.record_id,
    case
        when own.at is not null then 'moved'
        when event.facts ? 'import' then 'imports'
        else 'people'
    end as touched_by
from history_event event
left join lateral (
    select
        mark.at,
        bool_or(mark.kind = 'record.created') as is_made
    from history_event mark
    where
        mark.workspace_id = %(workspace)s and mark.record_id = event.record_id and mark.at = event.at
        and mark.facts ->> 'import' = %(import)s::text
    group by mark.at
) own on true
where
    event.workspace_id = %(workspace)s and event.record_id = any(%(records)s) and event.at >= %(since)s
    and (event.actor_id is not null or event.facts ? 'import') and event.kind <> 'record.write_refused'
    and (own.at is null or event.kind = 'record.entered_stage' and not own.is_made)
order by event.record_id, event.at, event.id
