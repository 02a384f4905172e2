-- Find records that hold every word: whoever holds the rarest is asked for each of the others.
--
-- parameters:
--   most int: how many are wanted
-- places:
--   holders: the records with the rarest word
--   others: whether a record has each of the others
-- columns:
--   record_id: the record
select holder.record_id as record_id
from (select distinct record_id from (/*{holders*/ select record_id from lifecycle_searchtoken /*}*/) entry) holder
where /*{others*/ true /*}*/
limit %(most)s
