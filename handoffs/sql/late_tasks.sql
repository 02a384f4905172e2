-- Claim the tasks that are late and that nobody was reminded of, longest due first. What is locked is skipped, and
-- found by the next pass.
--
-- parameters:
--   workspace uuid: the tenant
--   at timestamptz: the moment
--   most int: how many are claimed
-- columns:
--   id: the task
--   due_at: when it was due
--   seam_id: the seam of its handoff, or null
select
    k.id,
    k.due_at,
    h.seam_id
from handoffs_task k
left join handoffs_handoff h on h.workspace_id = k.workspace_id and h.id = k.handoff_id
where
    k.workspace_id = %(workspace)s and k.done_at is null and k.chased = 0 and k.kind not in ('breach', 'raise')
    and k.due_at <= %(at)s
order by k.due_at
limit %(most)s
for no key update of k skip locked -- noqa: PRS
