-- Say for each handoff the pool it was given from, and whom it may not go back to.
--
-- parameters:
--   workspace uuid: the tenant
--   handoffs uuid[]: the handoffs
-- columns:
--   handoff_id: one of the handoffs
--   pool_id: the pool of its open assignment
--   members: who missed it, and who has it now
--   seam_id: its seam
--   blueprint_version: the version it was offered by
--   team_id: the team it is in
select
    h.id as handoff_id,
    now_with.pool_id,
    coalesce(array_agg(a.member_id) filter (where a.missed or a.id = now_with.id), '{}') as members,
    h.seam_id,
    h.blueprint_version,
    h.team_id
from handoffs_handoff h
left join handoffs_assignment a on a.workspace_id = h.workspace_id and a.handoff_id = h.id and a.member_id is not null
left join handoffs_assignment now_with
    on now_with.workspace_id = h.workspace_id and now_with.handoff_id = h.id and now_with.ended_at is null
where h.workspace_id = %(workspace)s and h.id = any(%(handoffs)s)
group by h.id, now_with.pool_id
