-- Say for each handoff the pool it was given from, and whom it may not go back to.
--
-- parameters:
--   workspace uuid: the tenant
--   handoffs uuid[]: the handoffs
--   barred_days jsonb: by seam, for how many days who gave a record up is not asked for it; a seam that is not here
--     asks nobody who returned it while it stands there
--   at timestamptz: the moment
-- parts:
--   gave_up: who gave its record up at its seam
-- columns:
--   handoff_id: one of the handoffs
--   pool_id: the pool of its open assignment
--   members: who missed it, who has it now, from whom it was put back into its pool, and who gave its record up
--   seam_id: its seam
--   blueprint_version: the version it was offered by
--   team_id: the team it is in
--   properties: JSON, what its record says
select
    h.id as handoff_id,
    now_with.pool_id,
    array(
        select a.member_id
        from handoffs_assignment a
        where
            a.workspace_id = h.workspace_id and a.handoff_id = h.id and a.member_id is not null
            and (
                a.missed or a.id = now_with.id
                or now_with.member_id is null and now_with.cause = 'manual' and a.ended_at = now_with.at
            )
    ) || gave_up.barred as members,
    h.seam_id,
    h.blueprint_version,
    h.team_id,
    r.properties
from handoffs_handoff h
join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
left join handoffs_assignment now_with
    on now_with.workspace_id = h.workspace_id and now_with.handoff_id = h.id and now_with.ended_at is null
cross join lateral (select (%(barred_days)s::jsonb ->> h.seam_id::text)::int as days) seam
cross join
    lateral (
        select
            h.record_id,
            h.seam_id,
            case when seam.days is null then r.entered_stage_at else %(at)s - make_interval(days => seam.days) end
                as since,
            seam.days is not null as is_wide
    ) asked
cross join
    lateral (
        /*{gave_up*/
        select
            array[asked.record_id] as barred,
            0 as returns
    /*}*/
    ) gave_up
where h.workspace_id = %(workspace)s and h.id = any(%(handoffs)s)
