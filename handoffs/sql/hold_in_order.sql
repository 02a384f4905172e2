-- Hold what giving out numbers and turns holds until the transaction ends, in the one order of all who take several of
-- it (decision 224): the rows that are worked on come before. Each is a lock that has no row, as `take_numbers` and
-- `lock_caps` take it.
--
-- parameters:
--   workspace uuid: the tenant
--   names text[]: what is held, in order
-- columns:
--   held: that it is
select pg_advisory_xact_lock(hashtextextended(%(workspace)s::text || ' ' || name, 0)) is not null as held
from unnest(%(names)s::text[]) as asked (name)
