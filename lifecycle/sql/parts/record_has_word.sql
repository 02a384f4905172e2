-- Ask whether `rare.record_id` holds a word, or a word beginning with it. The fence keeps it a look-up for each record.
--
-- parameters:
--   workspace uuid: the tenant
-- places:
--   first: the least word of the range
--   last: a word behind the range
-- columns:
--   record_id: the record
select other.record_id from lifecycle_searchtoken other
where
    other.workspace_id = %(workspace)s and other.record_id = rare.record_id
    and other.token >= /*{first*/ 'acme' /*}*/ and other.token < /*{last*/ 'acmf' /*}*/
offset 0
