-- Find the records that are in their stage for longer than nine of ten that came to it before them stayed. The ones
-- before had at least as long to leave, so that those still there count as staying for ever and nothing is guessed.
--
-- parameters:
--   workspace uuid: the tenant
--   records uuid[]: which records
--   at timestamptz: the moment
--   most int: how many of those before are looked at, the newest first
--   fewest int: below so many nothing is usual
-- columns:
--   record_id: the record
--   usual: how long nine of ten stayed at most
--   counted: how many were before it
select
    here.record_id,
    usual.length as usual,
    usual.counted
from lifecycle_stagestay here
cross join
    lateral (
        select
            percentile_disc(0.9) within group (order by earlier.length) as length,
            count(*) as counted
        from (
            select coalesce(s.exited_at - s.entered_at, make_interval(years => 1000)) as length
            from lifecycle_stagestay s
            where
                s.workspace_id = %(workspace)s and s.stage_id = here.stage_id and s.entered_at < here.entered_at
            order by s.entered_at desc
            limit %(most)s
        ) earlier
    ) usual
where
    here.workspace_id = %(workspace)s and here.record_id = any(%(records)s) and here.exited_at is null
    and usual.counted >= %(fewest)s and %(at)s - here.entered_at > usual.length
