-- Find where who has an open record `x` sat on the day they took it: what came there goes from there.
--
-- parts:
--   place_on_day: where they sat on a day
-- columns:
--   at: team, region and manager
select place.at
from (select x.taken_on as day) x
cross join lateral (/*{place_on_day*/ select null::jsonb as at /*}*/) place
