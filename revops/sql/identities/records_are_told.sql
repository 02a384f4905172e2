-- Every record was created by exactly one event, and every stage it entered is told by one.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   what: where it is broken
select 'record ' || r.number as what
from lifecycle_record r
left join (
    select
        record_id, count(*) filter (where kind = 'record.created') as created,
        count(*) filter (where kind = 'record.entered_stage') as entered,
        bool_or(kind = 'record.history_corrected') as is_corrected
    from history_event
    where workspace_id = %(workspace)s and subject_kind = 'record'
    group by 1
) e on e.record_id = r.id
left join (
    select record_id, count(*) filter (where cause <> 'history') as moves
    from lifecycle_stagestay
    where workspace_id = %(workspace)s
    group by 1
) s on s.record_id = r.id
where
    r.workspace_id = %(workspace)s and (
        e.created is distinct from 1
        or e.is_corrected is not true and e.entered is distinct from s.moves
    )
