-- Find the records that hold a word, or a word beginning with it: one range of the index, which row security leaves
-- fast. A pattern would not do: LIKE is not trusted to look past the wall.
--
-- parameters:
--   workspace uuid: the tenant
-- places:
--   first: the least word of the range
--   last: a word behind the range
-- columns:
--   record_id: the record
select record_id from lifecycle_searchtoken
where workspace_id = %(workspace)s and token >= /*{first*/ 'acme' /*}*/ and token < /*{last*/ 'acmf' /*}*/
