-- Say how far the database sets the clocks of these zones from UTC, every five days from last year to the next two.
--
-- parameters:
--   zones text[]: their names
-- columns:
--   name: the zone
--   at: the moment
--   seconds: how far east
select
    name,
    at,
    extract(epoch from (at at time zone name) - (at at time zone 'UTC'))::int as seconds
from unnest(%(zones)s::text[]) name,
    generate_series(now() - interval '1 year', now() + interval '2 years', interval '5 days') at
