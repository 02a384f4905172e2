-- Find the record that each row means: by its own id, then by the other system's id, then (leads) by e-mail address.
--
-- Each table is reached by a key in a lateral of its own with a limit: while tables are young, the planner takes any
-- index that begins with the workspace for as good as the right one, and a join would read the whole workspace.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   found_id: the record, or null for a new one
--   is_id_known: the other system's id is kept already
--   email_of: the number of another record that has the address
--   nth_of_record: rows beyond the first that found the same record wait for the next wave
select
    incoming.*,
    coalesce(incoming.record_id, identified.record_id, addressed.id) as found_id,
    identified.record_id is not null as is_id_known,
    case
        when addressed.id <> coalesce(incoming.record_id, identified.record_id) then addressed.number
    end as email_of,
    row_number() over (
        partition by coalesce(incoming.record_id, identified.record_id, addressed.id)
        order by incoming.place
    ) as nth_of_record
from incoming
left join lateral (
    select external.record_id from lifecycle_externalid external
    where
        external.workspace_id = %(workspace)s and external.system = incoming.system
        and external.kind = incoming.kind and external.value = incoming.external_id
    limit 1
) identified on incoming.external_id is not null
left join lateral (
    select
        lead.id,
        lead.number
    from lifecycle_record lead
    where
        lead.workspace_id = %(workspace)s and lead.kind = 'lead' and lead.email <> ''
        and lead.email = incoming.sought_email
    limit 1
) addressed on incoming.sought_email is not null
