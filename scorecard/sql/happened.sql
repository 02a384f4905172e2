-- Count what happened in some spans of time, up to a number: entries of stages and offers across seams.
--
-- parameters:
--   workspace uuid: the tenant
--   stages uuid[]: every stage
--   seams uuid[]: every seam
--   lows timestamptz[]: where each span begins
--   highs timestamptz[]: where it ends
--   most int: no more than so many are counted
-- columns:
--   number: how many
select count(*) as number
from (
    (
        select 1 as happened
        from unnest(%(stages)s::uuid[]) stage (id)
        cross join unnest(%(lows)s::timestamptz[], %(highs)s::timestamptz[]) span (low, high)
        cross join
            lateral (
                select 1 from lifecycle_stagestay s
                where
                    s.workspace_id = %(workspace)s and s.stage_id = stage.id
                    and s.entered_at >= span.low and s.entered_at < span.high
                limit %(most)s
            ) entry
        limit %(most)s
    )
    union all
    (
        select 1 as happened
        from unnest(%(seams)s::uuid[]) seam (id)
        cross join unnest(%(lows)s::timestamptz[], %(highs)s::timestamptz[]) span (low, high)
        cross join
            lateral (
                select 1 from handoffs_handoff h
                where
                    h.workspace_id = %(workspace)s and h.seam_id = seam.id
                    and h.offered_at >= span.low and h.offered_at < span.high
                limit %(most)s
            ) offer
        limit %(most)s
    )
) found
