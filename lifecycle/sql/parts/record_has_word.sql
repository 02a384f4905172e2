-- Ask whether `holder.record_id` holds a word, or a longer one beginning with it. Both fences keep it a look-up for
-- each record: the word itself is found by its key, longer ones among the record's own.
--
-- parameters:
--   workspace uuid: the tenant
-- places:
--   first: the word
--   last: a word behind those that begin with it
--   has_longer: whether there are longer ones at all
-- columns:
--   is_held: true
select true as is_held
from (
    select
    from lifecycle_searchtoken same
    where
        same.workspace_id = %(workspace)s and same.token = /*{first*/ 'acme' /*}*/
        and same.record_id = holder.record_id
    offset 0
) same
union all
select true as is_held
from (
    select
    from lifecycle_searchtoken longer
    where
        /*{has_longer*/ true /*}*/ and longer.workspace_id = %(workspace)s and longer.record_id = holder.record_id
        and longer.token > /*{first*/ 'acme' /*}*/ and longer.token < /*{last*/ 'acmf' /*}*/
    offset 0
) longer
