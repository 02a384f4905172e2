-- List the records that are offered, each found by its key: those that stand at the trigger and are not in the
-- statement's `open_already`.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: the locked records; those already open on this seam are left alone
--   trigger uuid: the stage it is offered from; a record that moved on while somebody waited for it is left alone
-- places:
--   conditions: one boolean per rule, whether it is met, over the record `r`, its stage `s` and its account `a`
-- columns:
--   id: the record
--   number: its number
--   name: how it is called
--   updated_at: when it was last written
--   score: its points
--   account_owner_id: who owns its account, or null
--   record_owner_id: who owns it, or null
--   conditions: by rule, whether it is met
select found.*
from unnest(%(records)s::uuid[]) asked (id)
join lateral (
    select
        r.id,
        r.number,
        r.name,
        r.updated_at,
        r.score,
        a.owner_id as account_owner_id,
        r.owner_id as record_owner_id,
        array[/*{conditions*/ r.score > 50 /*}*/]::boolean[] as conditions
    from lifecycle_record r
    join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
    left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
    where r.workspace_id = %(workspace)s and r.id = asked.id and r.stage_id = %(trigger)s
    limit 1
) found on true
where found.id not in (select record_id from open_already)
