-- Find records that hold every word.
--
-- parameters:
--   most int: how many are wanted
-- places:
--   matches: the records with each word, intersected
-- columns:
--   record_id: the record
/*{matches*/ select record_id from lifecycle_searchtoken /*}*/
limit %(most)s
