-- Count the entries of each word, in the order of the words, no further than asked.
--
-- parameters:
--   workspace uuid: the tenant
--   firsts text[]: the least word of each range
--   lasts text[]: a word behind each range
--   most int: where counting ends
-- columns:
--   entries: how many there are, or `most`
select counted.entries as entries
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
