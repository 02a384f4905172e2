-- Find the newest leads; where they are many, only each so-many-th of them.
--
-- parameters:
--   workspace uuid: the tenant
--   most int: how many of the newest leads
--   each_nth int: 1 for all of them
-- columns:
--   id: the lead, and all else of its record
select r.*
from (
    select
        id,
        row_number() over (order by created_at desc, id desc) as place
    from lifecycle_record
    where workspace_id = %(workspace)s and kind = 'lead'
    order by created_at desc, id desc
    limit %(most)s
) newest
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = newest.id
where mod(newest.place, %(each_nth)s) = 0
