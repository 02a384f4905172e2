-- Tell how long a closed deal `x` took, by its record `r`. One that was created after it was closed, as files can tell,
-- has no known length.
--
-- parameters:
--   zone text: the workspace's time zone
-- columns:
--   is_known: whether it was created by then
--   days: calendar days from its opening
select
    (r.created_at at time zone %(zone)s)::date <= x.day as is_known,
    greatest(x.day - (r.opened_at at time zone %(zone)s)::date, 0) as days
