-- Show records by their numbers.
--
-- parameters:
--   workspace uuid: the tenant
--   numbers bigint[]: which records
-- parts:
--   record_json: the record as JSON
-- columns:
--   number: the record's number
--   json: the record as JSON
select
    (page.record).number as number,
    shown.json
from (
    -- The fence keeps the look-ups below out of the choice of a plan for finding the records.
    select r as record from lifecycle_record r
    where r.workspace_id = %(workspace)s and r.number = any(%(numbers)s::bigint[])
    offset 0
) page
left join lateral (/*{record_json*/ select page.record::text as json /*}*/) shown on true
