-- Count where an identity is broken, with some examples.
--
-- parameters:
--   most int: how many examples
-- places:
--   exceptions: the identity's statement, which finds where it is broken
-- columns:
--   number: how often it is broken
--   examples: where, for instance
select
    count(*) as number,
    (array_agg(what order by what))[1:%(most)s] as examples -- noqa: PRS
from (/*{exceptions*/ select 'record 1' as what /*}*/) found
