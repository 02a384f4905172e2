-- Lock the records that were found, and read each as it stands now.
--
-- They are locked in the order of their ids: two batches with the same records wait for each other and never deadlock.
--
-- parameters:
--   workspace uuid: the tenant
-- places:
--   present: the record as it stands
-- columns:
--   old: the whole record as it stood; null for a new one. Later parts read it instead of joining the table again
--   fresh_id: the id of a new record
--   fresh_account_id: the id of a new account
select
    ordered.*,
    present.old,
    new_id() as fresh_id,
    new_id() as fresh_account_id
from (
    select * from found
    order by found_id, place
) ordered
/*{present*/
left join lateral (
    select record as old from lifecycle_record record
    where record.workspace_id = %(workspace)s and record.id = ordered.found_id
    for update
) present on ordered.found_id is not null
/*}*/
