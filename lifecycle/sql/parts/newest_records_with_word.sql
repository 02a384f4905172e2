-- Find the newest records that hold a word, then some of those that hold a longer one beginning with it. Keys of
-- records grow with time, so that the index tells the newest.
--
-- parameters:
--   workspace uuid: the tenant
--   looked_at int: how many at most
-- places:
--   first: the least word of the range, which is the word itself
--   last: a word behind the range
-- columns:
--   record_id: the record
select entry.record_id
from (
    (
        select record_id from lifecycle_searchtoken
        where workspace_id = %(workspace)s and token = /*{first*/ 'acme' /*}*/
        order by record_id desc
        limit %(looked_at)s
    )
    union all
    (
        select record_id from lifecycle_searchtoken
        where workspace_id = %(workspace)s and token > /*{first*/ 'acme' /*}*/ and token < /*{last*/ 'acmf' /*}*/
        limit %(looked_at)s
    )
) entry
limit %(looked_at)s
