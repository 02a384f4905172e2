-- Find records that hold a rare word and others: whoever holds the rare one is asked for each of the others.
--
-- parameters:
--   most int: how many are wanted
-- places:
--   rare: the records with the rare word
--   others: whether a record has each of the others
-- columns:
--   record_id: the record
select rare.record_id as record_id
from (select distinct record_id from (/*{rare*/ select record_id from lifecycle_searchtoken /*}*/) entry) rare
where /*{others*/ true /*}*/
limit %(most)s
