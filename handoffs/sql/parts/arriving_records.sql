-- List the records that are offered, each found by its key: those that stand at the trigger and are not in the
-- statement's `open_already`.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: the locked records; those already open on this seam are left alone
--   trigger uuid: the stage it is offered from; a record that moved on while somebody waited for it is left alone
-- places:
--   conditions: one boolean per rule, whether it is met, over the record `r`, its stage `s` and its account `a`
--   account_match: whose company the record `r` is of, on the side that receives
-- columns:
--   id: the record
--   number: its number
--   name: how it is called
--   updated_at: when it was last written
--   score: its points
--   account_owner_id: who owns its account on the side that receives, or null
--   account_is_named: whether that is a named account
--   account_name: the account whose owner that is
--   account_how: by what it was found: domain, name, or parent
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
        matched.owner_id as account_owner_id,
        matched.is_named as account_is_named,
        matched.account_name,
        matched.how as account_how,
        r.owner_id as record_owner_id,
        array[/*{conditions*/ r.score > 50 /*}*/]::boolean[] as conditions
    from lifecycle_record r
    join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
    left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
    left join lateral (/*{account_match*/
        select
            null::uuid as owner_id,
            false as is_named,
            '' as account_name,
            '' as how
    /*}*/) matched on true
    where r.workspace_id = %(workspace)s and r.id = asked.id and r.stage_id = %(trigger)s
    limit 1
) found on true
where found.id not in (select record_id from open_already)
