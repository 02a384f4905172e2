-- Rows in = created + updated + unchanged + rejected, for every file; each rejected row is kept.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   what: where it is broken
select 'import ' || i.number as what
from lifecycle_import i
left join (
    select of_id, count(*) as kept
    from lifecycle_rejection
    where workspace_id = %(workspace)s and of_id is not null
    group by 1
) r on r.of_id = i.id
where
    i.workspace_id = %(workspace)s and (
        i.done_rows <> i.created_count + i.updated_count + i.unchanged_count + i.rejected_count
        or i.rejected_count <> coalesce(r.kept, 0)
        or i.state = 'finished' and i.done_rows <> i.total_rows
    )
