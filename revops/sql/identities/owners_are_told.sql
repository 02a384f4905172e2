-- A record's owner is who the last event about its owner says.
--
-- Events of older releases name no ids; those say nothing here.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   what: where it is broken
select 'record ' || r.number as what
from lifecycle_record r
join (
    select distinct on (record_id) record_id, facts
    from history_event
    where workspace_id = %(workspace)s and kind = 'record.owner_changed' order by record_id, at desc, id desc
) e on e.record_id = r.id
where r.workspace_id = %(workspace)s and jsonb_exists(e.facts, 'to')
    and e.facts ->> 'to' is distinct from r.owner_id::text
