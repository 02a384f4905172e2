"""Taking due steps and changing hands, for a batch, each in one statement."""

from typing import Any

from psycopg2.extensions import AsIs

from handoffs.rules.escalation import EVENTS, TASK_KINDS, TOUCH
from handoffs.sets.pools import CANDIDATES, LOCK

# Which step a handoff `h` stands before. A ladder never ends with nobody: at its end it is raised again and again where
# it has a raise, else the last rung is taken again (one that only told somebody becomes a task); each time as a step
# of its own.
STEP = """case h.state when 'accepted' then 'touch' when 'offered' then coalesce(h.ladder -> h.next_step ->> 'action',
        case when h.ladder @> '[{"action": "raise"}]' then 'raise'
            when h.ladder -> -1 ->> 'action' = 'reassign' then 'reassign' else 'task' end) end"""

# Which workspaces have a step due or something to route again, for the scanner role: one probe of a partial index each.
# `low` spares the index entries of steps long taken, which an old snapshot elsewhere may keep from being cleaned up.
DUE_WORKSPACES = """
select w.id from workspaces_workspace w where exists (
    select from handoffs_handoff h
    where h.workspace_id = w.id and h.next_step_at > %(low)s and h.next_step_at <= now()) or exists (
    select from handoffs_handoff h where h.workspace_id = w.id and h.again_at <= now()) order by w.id
"""

# The record's key is held too: tasks will point at it, and whoever moves the record holds it before the handoff, so
# neither ever waits for the other in a circle. What is locked is skipped, and found by the next scan. `at` is a moment
# or NOW: under row security a `coalesce` of the two is not trusted to use the index of what is due.
NOW: Any = AsIs("now()")
CLAIM = f"""
select h.id, h.seam_id, h.blueprint_version, h.clock_run, h.next_step, h.ladder, {STEP} as action, %(at)s as at,
    h.next_step_at as due
from handoffs_handoff h join lifecycle_record r on r.workspace_id = h.workspace_id and r.id = h.record_id
where h.workspace_id = %(workspace)s and h.next_step_at <= %(at)s and h.next_step_at > %(low)s
order by h.next_step_at limit %(limit)s for no key update of h skip locked for key share of r skip locked
"""

SET_ASIDE = """
update handoffs_handoff set next_step_at = %(at)s::timestamptz + interval '1 hour'
where workspace_id = %(workspace)s and id = %(handoff)s
"""

# The same of handoffs that the caller has locked.
DUE_OF = CLAIM.partition("for no key update")[0].replace(
    "and h.next_step_at > %(low)s\norder by h.next_step_at limit %(limit)s",
    "and h.id = any(%(handoffs)s::uuid[]) order by h.next_step_at",
)

CLAIM_ONE = CLAIM.replace("order by h.next_step_at", "and h.id = %(handoff)s order by h.next_step_at")

# Back to the moment the step really fell due: what was set aside waited an hour, and is judged by its own time all the
# same. A step taken again after the ladder's end has no moment of its own there.
BRING_BACK = """
update handoffs_handoff set next_step_at = least(next_step_at,
    case when state = 'offered' then (ladder -> next_step ->> 'at')::timestamptz else touch_due_at end)
where workspace_id = %(workspace)s and id = any(%(handoffs)s::uuid[]) and next_step_at is not null
returning id, next_step_at
"""


def _choice(pairs: dict[str, str], column: str = "action") -> str:
    cases = " ".join(f"when '{key}' then '{value}'" for key, value in pairs.items())
    return f"case {column} {cases} end"


TITLES = {"task": "Not answered in time", "raise": "Still not answered", "touch": "No first touch in time"}

# Who can act: an active person who is not away.
ABLE = """{who}.is_active and {who}.kind = 'person' and not exists (
        select from workspaces_timeoff o where o.workspace_id = {who}.workspace_id and o.member_id = {who}.id
        and o.starts_at <= %(at)s and o.ends_at > %(at)s)"""

# Who is above a handoff `h`: its team's manager, its seam's owner, the workspace's owner; nobody over themselves, and
# nobody who is away while somebody else is here.
PEOPLE_ABOVE = f"""
    join handoffs_seam s on s.workspace_id = h.workspace_id and s.id = h.seam_id
    left join workspaces_team t on t.workspace_id = h.workspace_id and t.id = h.team_id
    left join workspaces_member manager on manager.workspace_id = h.workspace_id
        and manager.id = t.manager_id and {ABLE.format(who="manager")}
    left join workspaces_member seam_owner on seam_owner.workspace_id = h.workspace_id
        and seam_owner.id = s.owner_id and {ABLE.format(who="seam_owner")}
    left join workspaces_member assignee on assignee.workspace_id = h.workspace_id and assignee.id = h.assignee_id
    cross join (
        select m.id from workspaces_member m
        where m.workspace_id = %(workspace)s and m.is_active and m.kind = 'person'
        order by not ({ABLE.format(who="m")}),
            case m.role when 'owner' then 0 when 'admin' then 1 when 'manager' then 2 else 3 end, m.joined_at, m.id
        limit 1) workspace_owner
"""

# Who should have each of these tasks: who is above its handoff and can act, else the workspace's owner.
HEIRS = f"""
select k.id, coalesce(nullif(above.manager_id, h.assignee_id), nullif(above.seam_owner_id, h.assignee_id), owner.id)
from handoffs_task k
left join handoffs_handoff h on h.workspace_id = k.workspace_id and h.id = k.handoff_id
left join lateral (
    select manager.id as manager_id, seam_owner.id as seam_owner_id from handoffs_seam s
    left join workspaces_team t on t.workspace_id = h.workspace_id and t.id = h.team_id
    left join workspaces_member manager on manager.workspace_id = h.workspace_id
        and manager.id = t.manager_id and {ABLE.format(who="manager")}
    left join workspaces_member seam_owner on seam_owner.workspace_id = h.workspace_id
        and seam_owner.id = s.owner_id and {ABLE.format(who="seam_owner")}
    where s.workspace_id = h.workspace_id and s.id = h.seam_id) above on true
cross join lateral (
    select m.id from workspaces_member m
    where m.workspace_id = %(workspace)s and m.is_active and m.kind = 'person'
    order by not ({ABLE.format(who="m")}),
        case m.role when 'owner' then 0 when 'admin' then 1 when 'manager' then 2 else 3 end, m.joined_at, m.id
    limit 1) owner
where k.workspace_id = %(workspace)s and k.id = any(%(tasks)s)
"""

# Every step but a reassignment. An escalation that is there already (it cannot be, and costs nothing to ask) makes no
# second task and no second event; the handoff moves on to its next step either way. A repeated step makes no second
# task while the first is open: whoever has it is asked again, and where they cannot act it goes to who can.
TAKE = f"""
with due as materialized (
    select h.*, (select r.name from lifecycle_record r where r.workspace_id = h.workspace_id and r.id = h.record_id)
            as record_name, s.key as seam_key, s.label as seam_label, assignee.name as assignee_name,
        coalesce(open_task.id, new_id()) as task_id, open_task.id is not null as is_asked_again,
        open_task.assignee_id as holder_id, step.action, %(task_due)s::jsonb ->> h.id::text as task_due,
        coalesce(h.breached_at, case when h.state = 'offered' and step.action <> 'warn' and h.next_step_at >= h.due_at
            then h.due_at end) as now_breached_at,
        case when step.action in ('task', 'raise', 'touch') then coalesce(
            case when open_task.is_able then open_task.assignee_id end,
            case when step.action <> 'raise' then nullif(manager.id, h.assignee_id) end,
            nullif(seam_owner.id, h.assignee_id), workspace_owner.id) end as to_id
    from unnest(%(handoffs)s::uuid[]) asked (id) cross join lateral (
        select * from handoffs_handoff h where h.workspace_id = %(workspace)s and h.id = asked.id limit 1) h
    {PEOPLE_ABOVE}
    cross join lateral (
        select {STEP} as action) step
    left join lateral (
        select k.id, k.assignee_id, coalesce({ABLE.format(who="holder")}, false) as is_able from handoffs_task k
        left join workspaces_member holder on holder.workspace_id = k.workspace_id and holder.id = k.assignee_id
        where k.workspace_id = %(workspace)s and k.handoff_id = h.id and k.done_at is null
            and k.kind = {_choice(TASK_KINDS, "step.action")}
        order by k.number desc limit 1) open_task
        on h.state = 'offered' and h.next_step >= jsonb_array_length(h.ladder)),
escalated as (
    insert into handoffs_escalation (workspace_id, handoff_id, step, clock_run, action, due_at, taken_at,
        from_member_id, to_member_id, task_id)
    select workspace_id, id, case action when 'touch' then {TOUCH} else next_step end, clock_run, action, next_step_at,
        %(at)s, assignee_id, to_id, case when to_id is not null then task_id end
    from due where action is not null
    on conflict (workspace_id, handoff_id, step, clock_run) do nothing
    returning handoff_id),
done as materialized (
    select due.*, to_id is not null and not is_asked_again as is_new_task, row_number() over (
        partition by to_id is not null and not is_asked_again order by due.next_step_at, due.number) as nth
    from due join escalated on escalated.handoff_id = due.id),
numbers as (
    insert into workspaces_counter (workspace_id, noun, value)
    select %(workspace)s, 'task', count(*) from done where is_new_task having count(*) > 0
    on conflict (workspace_id, noun) do update set value = workspaces_counter.value + excluded.value
    returning value),
tasks as (
    insert into handoffs_task (id, workspace_id, number, kind, title, assignee_id, team_id, handoff_id, record_id,
        due_at, created_at)
    select d.task_id, d.workspace_id,
        numbers.value - (select count(*) from done where is_new_task) + d.nth, {_choice(TASK_KINDS)},
        left({_choice(TITLES)} || ': ' || d.record_name || ' (' || d.seam_label || ')', 300),
        d.to_id, d.team_id, d.id, d.record_id, d.task_due::timestamptz, d.next_step_at
    from done d cross join numbers where d.is_new_task),
passed_up as (
    update handoffs_task k set assignee_id = d.to_id from done d
    where k.workspace_id = d.workspace_id and k.id = d.task_id and d.is_asked_again
        and d.holder_id is distinct from d.to_id),
told as (
    insert into history_event (workspace_id, kind, subject_kind, subject_id, record_id, at, facts, blueprint_version)
    select d.workspace_id, case when d.action = 'task' and d.next_step_at > d.due_at then 'handoff.escalated'
        else {_choice(EVENTS)} end, 'handoff', d.id, d.record_id, d.next_step_at,
        jsonb_build_object('number', d.number, 'seam', d.seam_key, 'assignee', d.assignee_name, 'due_at', d.due_at,
            'to', (select m.name from workspaces_member m where m.workspace_id = d.workspace_id and m.id = d.to_id),
            'run', d.clock_run, 'noticed_at', %(at)s),
        d.blueprint_version
    from done d)
update handoffs_handoff h set breached_at = due.now_breached_at,
    next_step = case h.state when 'offered' then h.next_step + 1 else h.next_step end,
    next_step_at = case h.state when 'offered' then coalesce(
        h.ladder -> (h.next_step + 1) ->> 'at', %(repeats)s::jsonb ->> h.id::text)::timestamptz end
from due where h.workspace_id = due.workspace_id and h.id = due.id
"""

# Whom a handoff may not go back to, and the pool it was given from.
HELD_BY = """
select h.id, open.pool_id, coalesce(array_agg(a.member_id) filter (where a.missed or a.id = open.id), '{}')
from handoffs_handoff h
left join handoffs_assignment a on a.workspace_id = h.workspace_id and a.handoff_id = h.id and a.member_id is not null
left join handoffs_assignment open on open.workspace_id = h.workspace_id and open.handoff_id = h.id
    and open.ended_at is null
where h.workspace_id = %(workspace)s and h.id = any(%(handoffs)s) group by 1, 2
"""

POOL_STATE = f"""{LOCK}
with {CANDIDATES}
select pool_id, member_id, team_id, weight, cap, coalesce(open_count, 0), start::bigint, state, name, pool_time::bigint
from candidates order by pool_id, state <> 'available', start + step, member_id
"""

# Change hands: the former assignment ends, the next begins, the clock runs anew. `moves` is one JSON row per handoff.
# By the ladder it is a step (an escalation, once), and its moment is when the step fell due; by a person it is not. The
# moment is never before what it ends began: a request's own may be older than what was written while it waited.
# Without a member, nobody was left: the handoff stays and moves on to its next step.
REASSIGN = """
with moves as materialized (
    select * from jsonb_to_recordset(%(moves)s::jsonb) as move (handoff uuid, member uuid, team uuid, pool uuid,
        virtual_time float8, due timestamptz, touch_due timestamptz, steps jsonb, trace jsonb, again timestamptz,
        fell_due timestamptz)),
held as materialized (
    select h.*, moves.*, s.key as seam_key, former.name as former_name, receiver.name as receiver_name,
        greatest(coalesce(moves.fell_due, %(at)s), (
            select max(a.at) from handoffs_assignment a
            where a.workspace_id = h.workspace_id and a.handoff_id = h.id and a.ended_at is null)) as moment
    from moves join handoffs_handoff h on h.workspace_id = %(workspace)s and h.id = moves.handoff
    join handoffs_seam s on s.workspace_id = h.workspace_id and s.id = h.seam_id
    left join workspaces_member former on former.workspace_id = h.workspace_id and former.id = h.assignee_id
    left join workspaces_member receiver on receiver.workspace_id = h.workspace_id and receiver.id = moves.member),
escalated as (
    insert into handoffs_escalation (workspace_id, handoff_id, step, clock_run, action, due_at, taken_at,
        from_member_id, to_member_id)
    select workspace_id, handoff, next_step, clock_run, 'reassign', next_step_at, %(at)s, assignee_id, member
    from held where %(cause)s = 'ladder'
    on conflict (workspace_id, handoff_id, step, clock_run) do nothing
    returning handoff_id),
done as materialized (
    select * from held where %(cause)s <> 'ladder' or handoff in (select handoff_id from escalated)),
ended as (
    update handoffs_assignment a set ended_at = done.moment, missed = %(cause)s = 'ladder' from done
    where a.workspace_id = done.workspace_id and a.handoff_id = done.handoff and a.ended_at is null
        and done.member is not null
    returning a.handoff_id),
begun as (
    insert into handoffs_assignment (workspace_id, handoff_id, member_id, pool_id, at, cause, trace)
    select done.workspace_id, done.handoff, done.member, done.pool, done.moment, %(cause)s, done.trace
    from done join ended on ended.handoff_id = done.handoff),
turned as (
    update handoffs_rotation x set virtual_time = taken.virtual_time, given = x.given + taken.given
    from (select pool, member, max(virtual_time) as virtual_time, count(*) as given from done
          where virtual_time is not null group by 1, 2) taken
    where x.workspace_id = %(workspace)s and x.pool_id = taken.pool and x.member_id = taken.member),
told as (
    insert into history_event (workspace_id, kind, subject_kind, subject_id, record_id, actor_id, at, facts,
        blueprint_version, request_id)
    select workspace_id, case when member is null then 'handoff.nobody_left' else 'handoff.reassigned' end, 'handoff',
        handoff, record_id, %(by)s, moment, jsonb_build_object('number', number, 'seam', seam_key,
            'from', former_name, 'to', receiver_name, 'cause', %(cause)s, 'due_at', coalesce(due, due_at)),
        blueprint_version, %(request)s
    from done)
update handoffs_handoff h set
    breached_at = coalesce(h.breached_at, case when h.due_at < held.moment then h.due_at end),
    assignee_id = case when held.member is null then h.assignee_id else held.member end,
    queue_id = case when held.member is null then h.queue_id end,
    again_at = case when held.member is null then h.again_at end,
    team_id = coalesce(held.team, h.team_id),
    due_at = coalesce(held.due, h.due_at),
    touch_due_at = case when held.member is null then h.touch_due_at else held.touch_due end,
    ladder = coalesce(held.steps, h.ladder),
    clock_run = case when held.member is null then h.clock_run else h.clock_run + 1 end,
    next_step = case when held.member is null then h.next_step + 1 else 0 end,
    next_step_at = coalesce((case when held.member is null then h.ladder -> (h.next_step + 1)
        else held.steps -> 0 end ->> 'at')::timestamptz, held.again)
from held where h.workspace_id = held.workspace_id and h.id = held.handoff
"""
