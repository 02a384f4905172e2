-- Take the next numbers of a noun.
--
-- parameters:
--   noun text: what is numbered
--   amount bigint: how many
-- parts:
--   take_numbers: the counters
-- columns:
--   value: the last number taken
with wanted_numbers (noun, amount) as (select %(noun)s::text, %(amount)s::bigint),
numbers as (/*{take_numbers*/ select noun, amount as value from wanted_numbers /*}*/)
select value from numbers
