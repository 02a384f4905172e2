-- Find the closings near the days asked: entries into a won or lost stage from a stage of another category. One that
-- was corrected straight into the opposite category does not count. A deal that is reopened and closed again has closed
-- twice, or, where only the last closing counts, once: by the one that was not followed by a reopening.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   won uuid[]: the won stages of the pipeline
--   lost uuid[]: its lost stages
--   closed uuid[]: those of them that count
--   only_last boolean: whether a closing that was followed by another stage does not count
--   pipeline_stages uuid[]: all stages of the pipeline
-- places:
--   closed_near: the days asked, as bounds of s.entered_at
-- columns:
--   record_id: the record
--   handoff_id: nothing
--   stage_id: nothing: closings count in no stage
--   cause: nothing
--   is_won: whether it was won
--   closed_at: when it was closed
--   day: on which day
--   owner_id: whose it was then
--   team_id: which team's
--   source: where it came from
--   amount: what it was worth
--   currency: in which currency
select
    s.record_id,
    null::uuid as handoff_id,
    null::uuid as stage_id,
    '' as cause,
    s.stage_id = any(%(won)s) as is_won,
    s.entered_at as closed_at,
    (s.entered_at at time zone %(zone)s)::date as day,
    s.owner_id,
    s.team_id,
    s.source,
    s.amount,
    s.currency
from lifecycle_stagestay s
cross join
    lateral (
        select
            case when s.stage_id = any(%(won)s) then %(won)s::uuid[] else %(lost)s::uuid[] end as alike,
            case when s.stage_id = any(%(won)s) then %(lost)s::uuid[] else %(won)s::uuid[] end as opposite
    ) stages
where
    s.workspace_id = %(workspace)s and s.stage_id = any(%(closed)s) and /*{closed_near*/ true /*}*/
    and not coalesce(s.from_stage_id = any(stages.alike), false)
    and (
        s.exited_at is null
        or not exists (
            select 1 from lifecycle_stagestay n
            where
                n.workspace_id = %(workspace)s and n.record_id = s.record_id and n.entered_at = s.exited_at
                and n.id <> s.id and n.from_stage_id = s.stage_id
                and n.stage_id = any(stages.opposite)
        )
    )
    and not (
        %(only_last)s and exists (
            select 1 from lifecycle_stagestay z
            where
                z.workspace_id = %(workspace)s and z.record_id = s.record_id and z.entered_at >= s.entered_at
                and (
                    z.entered_at > s.entered_at
                    or coalesce(z.exited_at, 'infinity') > coalesce(s.exited_at, 'infinity')  -- files know days only
                )
                and array_position(%(pipeline_stages)s::uuid[], z.stage_id) is not null
                and z.stage_id <> all(stages.alike)
        )
    )
