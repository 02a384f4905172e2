-- Find the records that rows of a file mean and that are there already: by the other system's id, else by the address
-- of a lead.
--
-- parameters:
--   workspace uuid: the tenant
--   system text: whose ids they are
--   kind text: of which kind the records are
--   lines int[]: the rows
--   ids text[]: the other system's id of each row, "" where it has none
--   emails text[]: the address of each row, "" where none can tell its record
-- columns:
--   line: the row
--   record_id: its record
select
    wanted.line,
    coalesce(identified.record_id, addressed.id) as record_id
from unnest(%(lines)s::int[], %(ids)s::text[], %(emails)s::text[]) as wanted (line, external_id, email)
left join lateral (
    select external.record_id from lifecycle_externalid external
    where
        external.workspace_id = %(workspace)s and external.system = %(system)s and external.kind = %(kind)s
        and external.value = wanted.external_id
    limit 1
) identified on wanted.external_id <> ''
left join lateral (
    select lead.id from lifecycle_record lead
    where
        lead.workspace_id = %(workspace)s and lead.kind = 'lead' and lead.email <> '' and lead.email = wanted.email
    limit 1
) addressed on identified.record_id is null and wanted.email <> ''
where coalesce(identified.record_id, addressed.id) is not null
