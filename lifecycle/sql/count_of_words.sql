-- Count the entries of each word, in the order of the words, no further than asked.
--
-- parameters:
--   workspace uuid: the tenant
--   firsts text[]: the words
--   lasts text[]: for each a word behind those that begin with it
--   most int: where counting ends
-- columns:
--   entries: how many there are, or `most`
--   has_longer: whether some are of longer words
select
    counted.entries as entries,
    exists(
        select from lifecycle_searchtoken longer
        where longer.workspace_id = %(workspace)s and longer.token > word.first and longer.token < word.last
    ) as has_longer
from unnest(%(firsts)s::text[], %(lasts)s::text[]) with ordinality as word (first, last, place)
cross join
    lateral (
        select count(*) as entries
        from (
            select from lifecycle_searchtoken token
            where token.workspace_id = %(workspace)s and token.token >= word.first and token.token < word.last
            limit %(most)s
        ) entry
    ) counted
order by word.place
