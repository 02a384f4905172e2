-- The stays of a record follow each other: each begins where the one before it ended.
--
-- Stays of no length share a moment; among those the order of writing decides, which ids keep.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   what: where it is broken
select distinct 'record ' || r.number as what
from (
    select
        record_id, entered_at, exited_at,
        lag(exited_at) over chain as former_exit, lag(id) over chain as former
    from lifecycle_stagestay
    where workspace_id = %(workspace)s
    window chain as (partition by record_id order by entered_at, coalesce(exited_at, 'infinity'), id)
) s
join lifecycle_record r on r.id = s.record_id
where s.exited_at < s.entered_at or s.former is not null and s.former_exit is distinct from s.entered_at
