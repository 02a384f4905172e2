-- Count the records in play by score, and those of them that were won.
--
-- parameters:
--   workspace uuid: the tenant
-- places:
--   replayed: the records as both versions see them
-- columns:
--   points: the score
--   records: how many have it
--   won: how many of them were won
with replayed as materialized (
    /*{replayed*/
    select r.*, 1 as old_points
    from lifecycle_record r
    /*}*/
)
select
    d.old_points as points,
    count(*) as records,
    count(*) filter (where s.category = 'won') as won
from replayed d
join lifecycle_stage s on s.workspace_id = %(workspace)s and s.id = d.stage_id
group by d.old_points
order by d.old_points
