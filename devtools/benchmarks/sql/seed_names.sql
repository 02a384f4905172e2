-- Give each record of a range an id in another system and the words it is found by.
--
-- parameters:
--   workspace uuid: the tenant
--   first int: the first record's number
--   last int: the last one's
with named as (
    insert into lifecycle_externalid (workspace_id, record_id, system, kind, value)
    select r.workspace_id, r.id, case when mod(r.number, 2) = 0 then 'crm' else 'billing' end, r.kind, 'x' || r.number
    from lifecycle_record r where r.workspace_id = %(workspace)s and r.number between %(first)s and %(last)s
)
insert into lifecycle_searchtoken (workspace_id, token, record_id)
select r.workspace_id, word.token, r.id
from lifecycle_record r
cross join
    lateral unnest(
        array[
            'record',
            'r' || r.number,
            'firm' || mod(r.number, 97),
            case when mod(r.number, 2) = 0 then 'even' else 'odd' end
        ]
    ) as word (token)
where r.workspace_id = %(workspace)s and r.number between %(first)s and %(last)s
