-- Take the first free place of those that a machine has for bringing in files; it is kept until it is given back, or
-- the session ends.
--
-- parameters:
--   machine int: which machine
--   places int: how many it has
-- columns:
--   place: which is taken; no row where none is free
select place
from generate_series(1, %(places)s) place
where pg_try_advisory_lock(%(machine)s, place)
limit 1
