-- Find when anything that metrics count happened first: one probe of an index for each stage and seam.
--
-- parameters:
--   workspace uuid: the tenant
--   stages uuid[]: every stage
--   seams uuid[]: every seam
-- columns:
--   at: the moment
select
    least(
        (
            select min(entry.at)
            from unnest(%(stages)s::uuid[]) stage (id)
            cross join lateral (
                select min(entered_at) as at from lifecycle_stagestay
                where workspace_id = %(workspace)s and stage_id = stage.id
            ) entry
        ),
        (
            select min(offer.at)
            from unnest(%(seams)s::uuid[]) seam (id)
            cross join lateral (
                select min(offered_at) as at from handoffs_handoff
                where workspace_id = %(workspace)s and seam_id = seam.id
            ) offer
        )
    ) as at
