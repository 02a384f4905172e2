"""Routing again: what waits in a queue, and what came back; each found through the index of when it is due."""

from handoffs.sets.pools import FALLBACKS
from handoffs.sets.routing import HERE

# Locks are taken in one order everywhere: records, handoffs, the pools' rotation. The record is named first here too: a
# row of which the second is held by somebody keeps the lock of its first, though it is skipped.
# A queue's due step is taken first, and the queue asked after it.
CLAIM = """
select h.id, h.seam_id, h.blueprint_version, h.state, h.assignee_id, h.queue_id, h.record_id, h.ladder, h.next_step,
    h.due_at, r.stage_id, %(at)s as at
from handoffs_handoff h join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
where h.workspace_id = %(workspace)s and h.again_at <= %(at)s
    and (h.state <> 'offered' or h.next_step_at is null or h.next_step_at > %(at)s)
order by h.again_at limit %(limit)s for no key update of r skip locked for no key update of h skip locked
"""

LOCK = """
select h.id, h.seam_id, h.blueprint_version, h.state, h.assignee_id, h.queue_id, h.record_id, h.ladder, h.next_step,
    h.due_at, r.stage_id, %(at)s as at
from handoffs_handoff h join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
where h.workspace_id = %(workspace)s and h.id = any(%(handoffs)s) and h.state = 'offered'
order by h.id for no key update of r skip locked for no key update of h skip locked
"""

# Before anything is offered again: nobody who holds the rotation then waits for one of these.
HOLD = """
select from lifecycle_record where workspace_id = %(workspace)s and id = any(%(records)s) order by id for no key update;
select from handoffs_handoff h where h.workspace_id = %(workspace)s and h.record_id = any(%(records)s)
    and h.again_at is not null order by h.id for no key update;
"""

# What came back, by record: the last handoff of this stay that was returned or recalled, and who returned one of them.
CAME_BACK = """
select r.id, last.id, last.number, last.offered_by_id, last.packet, coalesce(b.barred, '{}')
from unnest(%(records)s::uuid[]) asked (id)
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = asked.id
left join lateral (
    select h.id, h.number, h.offered_by_id, h.packet from handoffs_handoff h
    where h.workspace_id = %(workspace)s and h.record_id = r.id and h.seam_id = %(seam)s
        and h.state in ('rejected', 'recalled') and h.answered_at >= r.entered_stage_at
    order by h.offered_at desc, h.number desc limit 1) last on true
left join lateral (
    select array_agg(distinct coalesce(h.assignee_id, h.answered_by_id)) as barred from handoffs_handoff h
    where h.workspace_id = %(workspace)s and h.record_id = r.id and h.seam_id = %(seam)s and h.state = 'rejected'
        and h.answered_at >= r.entered_stage_at and coalesce(h.assignee_id, h.answered_by_id) is not null) b on true
"""

# Who answers for these pools when nobody in them can.
MANAGERS = f"""
with here as materialized ({HERE}), {FALLBACKS}
select pool_id, manager_id, team_id from fallbacks where manager_id is not null
"""

DONE = """
update handoffs_handoff set again_at = null
where workspace_id = %(workspace)s and id = any(%(handoffs)s) and again_at is not null
"""

ASK_LATER = """
update handoffs_handoff set again_at = %(at)s::timestamptz + %(later)s::interval
where workspace_id = %(workspace)s and id = any(%(handoffs)s)
"""

# Somebody may be there again: every queue of the workspace is asked at the next scan.
ASK_QUEUES_NOW = """
update handoffs_handoff set again_at = %(at)s
where workspace_id = %(workspace)s and again_at > %(at)s and state = 'offered'
"""

# A score that rose since the handoff came back is reason enough to offer it again.
SCORE_ROSE = """
update handoffs_handoff h set again_at = %(at)s
where h.workspace_id = %(workspace)s and h.record_id = any(%(records)s) and h.again_at > %(at)s
    and h.state in ('rejected', 'recalled') and exists (
        select from lifecycle_scorechange c where c.workspace_id = h.workspace_id and c.record_id = h.record_id
        and c.at >= h.answered_at and c.after > c.before)
"""
