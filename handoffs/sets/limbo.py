"""Limbo as SQL: what waits for nobody who can act. Each branch begins with who or what cannot, and finds its rows
through an index, so that the cost follows what is in limbo and not what is open.

Every step is a lateral with a limit or a fence (`offset 0`): hashed instead, it would read every handoff and every stay
there ever was to find that nothing is in limbo. So the cost is that of what stands at seams: a third of a second for
40,000 won deals.

Every branch gives: rank (the lowest cause of a row is told), noun, cause, id, number, record's number and name, seam,
who holds it, since when, and when it is routed again by itself."""

# Where seams begin; `seams` are rows of seam, trigger stage, whether that is closed, and the pipeline of what it makes.
# A live handoff is an open one, or one accepted in this stay: a won deal whose customer was taken misses nothing.
# Dated testimony of a deal won long ago was never offered and need not be: its customer is somewhere else.
AT_A_SEAM = """
select 0 as rank, 'record' as noun, case when last.id is null then 'never_offered' when last.state = 'recalled'
        then 'recalled' else 'returned' end as cause,
    r.id, r.number, r.number as record_number, r.name, seams.id as seam_id, null::uuid as holder_id,
    coalesce(last.answered_at, r.entered_stage_at) as since, last.again_at as next_at
from seams
cross join lateral (
    select r.id, r.number, r.name, r.entered_stage_at from lifecycle_record r
    where r.workspace_id = %(workspace)s and r.stage_id = seams.trigger_id offset 0) r
left join lateral (
    select true as is_there from handoffs_handoff h
    where h.workspace_id = %(workspace)s and h.record_id = r.id and h.seam_id = seams.id
        and (h.state = 'offered' or h.state = 'accepted' and h.answered_at >= r.entered_stage_at) limit 1) live on true
left join lateral (
    select h.id, h.state, h.answered_at, h.again_at from handoffs_handoff h
    where live.is_there is null and h.workspace_id = %(workspace)s and h.record_id = r.id and h.seam_id = seams.id
        and h.answered_at >= r.entered_stage_at
    order by h.offered_at desc, h.number desc limit 1) last on true
left join lateral (
    select true as is_it from lifecycle_stagestay y
    where live.is_there is null and seams.is_closed and y.workspace_id = %(workspace)s and y.record_id = r.id
        and y.exited_at is null and y.cause = 'history' limit 1) testimony on true
left join lateral (
    select true as is_there from lifecycle_record after
    where live.is_there is null and after.workspace_id = %(workspace)s and after.origin_id = r.id
        and after.pipeline_id = seams.next_pipeline_id limit 1) follower on true
where live.is_there is null and testimony.is_it is null and follower.is_there is null
"""

IN_A_QUEUE = """
select 1, 'handoff', case when a.trace ->> 'matched' is null then 'unmatched' else 'queue' end, h.id, h.number,
    r.number, r.name, h.seam_id, null::uuid, coalesce(a.at, h.offered_at), h.again_at
from handoffs_handoff h
join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
left join handoffs_assignment a on a.workspace_id = h.workspace_id and a.handoff_id = h.id and a.ended_at is null
where h.workspace_id = %(workspace)s and h.assignee_id is null and h.state = 'offered'
"""

WITH_WHO_CANNOT_ANSWER = """
select 2, 'handoff', unable.cause, h.id, h.number, r.number, r.name, h.seam_id, h.assignee_id,
    greatest(h.offered_at, unable.since), h.next_step_at
from unable
cross join lateral (
    select * from handoffs_handoff h
    where h.workspace_id = %(workspace)s and h.assignee_id = unable.id and h.state = 'offered' offset 0) h
join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
"""

WITH_WHO_IS_AWAY = """
select 3, 'handoff', 'absent', h.id, h.number, r.number, r.name, h.seam_id, h.assignee_id,
    greatest(h.offered_at, away.since), h.next_step_at
from (select o.member_id, min(o.starts_at) as since, max(o.ends_at) as until from workspaces_timeoff o
      where o.workspace_id = %(workspace)s and o.starts_at <= %(at)s and o.ends_at > %(at)s group by 1) away
cross join lateral (
    select * from handoffs_handoff h where h.workspace_id = %(workspace)s and h.assignee_id = away.member_id
    and h.state = 'offered' and h.due_at < away.until offset 0) h
join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
"""

# Given by turn to somebody who sits on that side no longer; who got it by hand or by name needs no seat.
WITHOUT_A_SEAT = """
select 4, 'handoff', 'lost_seat', h.id, h.number, r.number, r.name, h.seam_id, h.assignee_id, a.at, h.next_step_at
from (
    select m.id, side.to_function from workspaces_member m
    cross join (select distinct to_function from handoffs_seam where workspace_id = %(workspace)s) side
    where m.workspace_id = %(workspace)s and m.is_active and not exists (
        select from workspaces_teamseat w
        join workspaces_team t on t.workspace_id = w.workspace_id and t.id = w.team_id
        where w.workspace_id = %(workspace)s and w.member_id = m.id and t.function = side.to_function)
        and not exists (select from workspaces_team t where t.workspace_id = %(workspace)s and t.manager_id = m.id
            and t.function = side.to_function) offset 0) side
cross join lateral (
    select * from handoffs_handoff h
    where h.workspace_id = %(workspace)s and h.assignee_id = side.id and h.state = 'offered' offset 0) h
join handoffs_seam s on s.workspace_id = h.workspace_id and s.id = h.seam_id and s.to_function = side.to_function
join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
join handoffs_assignment a on a.workspace_id = h.workspace_id and a.handoff_id = h.id and a.ended_at is null
    and a.pool_id is not null and a.cause in ('routed', 'ladder', 'drained')
"""

LADDER_ENDED = """
select 5, 'handoff', 'ladder_ended', h.id, h.number, r.number, r.name, h.seam_id, h.assignee_id, h.due_at,
    null::timestamptz
from handoffs_handoff h
join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
where h.workspace_id = %(workspace)s and h.state = 'offered' and h.next_step_at is null
"""

TASKS = """
select 6, 'task', unable.cause, k.id, k.number, r.number, k.title, h.seam_id, k.assignee_id,
    greatest(k.created_at, unable.since), null::timestamptz
from unable
cross join lateral (
    select * from handoffs_task k
    where k.workspace_id = %(workspace)s and k.assignee_id = unable.id and k.done_at is null offset 0) k
left join lifecycle_record r on r.workspace_id = k.workspace_id and r.id = k.record_id
left join handoffs_handoff h on h.workspace_id = k.workspace_id and h.id = k.handoff_id
where unable.cause <> 'role'
union all
select 6, 'task', 'no_owner', k.id, k.number, r.number, k.title, h.seam_id, null::uuid, k.created_at, null::timestamptz
from handoffs_task k
left join lifecycle_record r on r.workspace_id = k.workspace_id and r.id = k.record_id
left join handoffs_handoff h on h.workspace_id = k.workspace_id and h.id = k.handoff_id
where k.workspace_id = %(workspace)s and k.assignee_id is null and k.done_at is null
"""

# Open records whose owner cannot act; and those without one where a team has taken over: before the first handoff
# nobody needs to own a lead, and at a seam the handoff says whose it is.
RECORDS = """
select 7, 'record', unable.cause, r.id, r.number, r.number, r.name, null::uuid, r.owner_id,
    greatest(r.entered_stage_at, unable.since), null::timestamptz
from unable
cross join lateral (
    select * from lifecycle_record r where r.workspace_id = %(workspace)s and r.owner_id = unable.id
    and r.stage_id = any(%(open_stages)s) offset 0) r
union all
select 7, 'record', 'no_owner', r.id, r.number, r.number, r.name, null::uuid, null::uuid, r.entered_stage_at,
    null::timestamptz
from unnest(%(owned_stages)s::uuid[]) stage (id)
cross join lateral (
    select * from lifecycle_record r
    where r.workspace_id = %(workspace)s and r.owner_id is null and r.stage_id = stage.id offset 0) r
"""

BRANCHES = (
    AT_A_SEAM,
    IN_A_QUEUE,
    WITH_WHO_CANNOT_ANSWER,
    WITH_WHO_IS_AWAY,
    WITHOUT_A_SEAT,
    LADDER_ENDED,
    TASKS,
    RECORDS,
)

ITEMS = """
with seams (id, trigger_id, is_closed, next_pipeline_id) as (values {seams}),
unable as materialized (
    select m.id, coalesce(m.deactivated_at, m.joined_at) as since, case when not m.is_active then 'left'
        when m.kind <> 'person' then 'program' else 'role' end as cause
    from workspaces_member m
    where m.workspace_id = %(workspace)s
        and (not m.is_active or m.kind <> 'person' or m.role <> all(%(answering)s))),
found as (
{branches}),
items as materialized (select distinct on (noun, id) * from found order by noun, id, rank)
"""

ORDERED = """
select i.noun, i.cause, i.id, i.number, i.record_number, i.name, i.seam_id, holder.name, i.since, i.next_at
from items i left join workspaces_member holder on holder.workspace_id = %(workspace)s and holder.id = i.holder_id
where {filters} order by i.since, i.id limit %(limit)s
"""

COUNTED = "select i.cause, count(*), min(i.since) from items i where {filters} group by 1 order by 3, 1"


def items_sql(seams: str) -> str:
    """The common part; `seams` are rows of values."""
    return ITEMS.format(seams=seams, branches="union all".join(BRANCHES))
