-- Say who should have each task: who is above its handoff and can act, else the workspace's owner; nobody over
-- themselves, and nobody who is away while somebody else is here.
--
-- parameters:
--   workspace uuid: the tenant
--   tasks uuid[]: the tasks
-- parts:
--   able_people: the people who may be above somebody
-- columns:
--   task_id: one of the tasks
--   member_id: who should have it
with people as materialized (
    /*{able_people*/ select id, true as is_here, 0 as rank, joined_at, id as acts_id from workspaces_member /*}*/
),
workspace_owner as (select id from people order by not is_here, rank, joined_at, id limit 1)
select
    k.id as task_id,
    coalesce(nullif(manager.id, h.assignee_id), nullif(seam_owner.id, h.assignee_id), workspace_owner.id) as member_id
from handoffs_task k
left join handoffs_handoff h on h.workspace_id = k.workspace_id and h.id = k.handoff_id
left join handoffs_seam s on s.workspace_id = h.workspace_id and s.id = h.seam_id
left join workspaces_team t on t.workspace_id = h.workspace_id and t.id = h.team_id
left join people boss on boss.id = t.manager_id
left join people manager on manager.id = boss.acts_id and manager.is_here
left join people owner on owner.id = s.owner_id
left join people seam_owner on seam_owner.id = owner.acts_id and seam_owner.is_here
cross join workspace_owner
where k.workspace_id = %(workspace)s and k.id = any(%(tasks)s)
