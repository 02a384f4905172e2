-- List the indexes of tables that hold nothing true: no keys, nothing unique.
--
-- parameters:
--   tables text[]: the tables
-- columns:
--   name: the index
--   definition: how it is made
select
    i.indexrelid::regclass::text as name,
    pg_get_indexdef(i.indexrelid) as definition
from pg_index i
where i.indrelid = any(%(tables)s::regclass[]) and not i.indisunique
order by name
