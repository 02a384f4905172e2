"""Offering a batch of records across a seam: routing, turns, due times, assignments and events in one statement."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from blueprint.expressions.fields import Catalogue
from blueprint.expressions.to_sql import to_sql
from core.history.actions import request_id
from core.tenancy.scope import here
from handoffs.blueprint import RuleTerms, SeamTerms
from handoffs.rules.routing import REACHES_NOBODY
from handoffs.rules.sla import Clock
from handoffs.sets.pools import CANDIDATES, FALLBACKS, LOCK, POOL_TRACES, TURNS
from handoffs.sets.routing import MAY_ANSWER, REACHES, named
from lifecycle.facts import RECORD_FROM, RECORD_SQL

ASKED_AGAIN = timedelta(minutes=5)  # how often a queue is asked for somebody who is there


class Arrived(NamedTuple):
    """A handoff that was offered."""

    handoff_id: UUID
    number: int
    record_id: UUID
    assignee_id: UUID | None


def offer(
    seam: SeamTerms,
    catalogue: Catalogue,
    clock: Clock,
    record_ids: Sequence[UUID],
    *,
    version: int,
    queue_id: UUID | None,
    by_id: UUID | None,
    packets: Mapping[UUID, Mapping[str, Any]],
    senders: Mapping[UUID, UUID] | None = None,
    barred: Collection[UUID] = (),
) -> list[Arrived]:
    """Route and offer records; those already open on this seam are left alone. One round trip whatever the number.

    `senders`: who offered them first, where that is not `by_id`. `barred`: who is not asked for these records."""
    pools = {rule.pool_id for rule in seam.routing if rule.pool_id} | ({queue_id} if queue_id else set())
    params: dict[str, Any] = {
        "workspace": here(),
        "records": list(dict.fromkeys(record_ids)),
        "pools": list(pools),
        "queue": queue_id,
        "seam": seam.id,
        "seam_key": seam.key,
        "function": seam.to_function,
        "seam_owner": seam.owner_email,
        "at": clock.started_at,
        "by": by_id,
        "due": clock.due_at,
        "touch_due": clock.touch_due_at,
        "ladder": json.dumps([{"action": rung.action, "at": rung.at.isoformat()} for rung in clock.ladder]),
        "first_step_at": clock.ladder[0].at if clock.ladder else None,
        "version": version,
        "packets": json.dumps({str(key): dict(packet) for key, packet in packets.items()}),
        "senders": json.dumps({str(key): str(sender) for key, sender in (senders or {}).items()}),
        "barred": list(barred),
        "asked_again": ASKED_AGAIN,
        "request": request_id.get(),
    }
    statement = _statement(seam.routing, catalogue, clock.started_at, params)
    with connection.cursor() as cursor:
        cursor.execute(LOCK_RECORDS + LOCK + statement, params)
        return [Arrived(*row) for row in cursor.fetchall()]


def _statement(rules: Sequence[RuleTerms], catalogue: Catalogue, at: datetime, params: dict[str, Any]) -> str:
    """The statement for these rules; their values go into `params`."""
    met, won, shown = [], [], []
    for rule in rules:
        place = rule.position
        condition, values = named(to_sql(rule.expression, catalogue, columns=RECORD_SQL, at=at), f"rule_{place}")
        params |= values
        params |= {
            f"label_{place}": rule.label,
            f"pool_{place}": rule.pool_id,
            f"member_{place}": rule.member_key,
            f"why_{place}": REACHES_NOBODY.get(rule.target, ""),
        }
        reaches = REACHES.get(rule.target, "true")
        if rule.target == "member":
            reaches = f"exists (select from here where here.email = %(member_{place})s)"
        met.append(f"({condition}) as met_{place}, ({reaches}) as reaches_{place}")
        won.append(f"when met_{place} and reaches_{place} then {place}")
        shown.append(_shown(place))
    targets = [
        f"({rule.position}, '{rule.target}', %(pool_{rule.position})s::uuid, "
        f"(select id from here where here.email = %(member_{rule.position})s order by id limit 1))"
        for rule in rules
    ] or ["(0, 'pool', null::uuid, null::uuid)"]
    return OFFER.format(
        met=", ".join(met) or "true as no_rules",
        matched=f"(case {' '.join(won)} end)" if won else "(null::int)",
        tried=" || ".join(shown) or "'[]'::jsonb",
        targets=", ".join(targets),
    )


def _shown(place: int) -> str:
    """A rule's line of the trace, where it was tried."""
    verdict = f"case met_{place} when true then 'met' when false then 'unmet' else 'unknown' end"
    why = f"case when met_{place} and not reaches_{place} then %(why_{place})s else '' end"
    line = f"'position', {place}, 'label', %(label_{place})s, 'verdict', {verdict}, 'why', {why}"
    return (
        f"case when coalesce(matched >= {place}, true) then jsonb_build_array(jsonb_build_object({line})) else '[]' end"
    )


# The records drive every join, each found by its key (the limits keep it so): the cost is theirs alone, also in the
# first minutes of a table that was never analysed. Whoever offers holds the records, so that no second offer of the
# same record comes between the look and the insert.
LOCK_RECORDS = """
select from lifecycle_record where workspace_id = %(workspace)s and id = any(%(records)s) order by id for no key update;
"""

OFFER = f"""
with {CANDIDATES},
targets (rule, target, pool_id, member_id) as (values {{targets}}),
open_already as materialized (
    select h.record_id from handoffs_handoff h where h.workspace_id = %(workspace)s and h.seam_id = %(seam)s
        and h.state = 'offered' and h.record_id = any(%(records)s)),
arrivals as materialized (
    select found.* from unnest(%(records)s::uuid[]) asked (id) cross join lateral (
        select r.id, r.number, r.name, a.owner_id as account_owner_id, r.owner_id as record_owner_id, {{met}}
        from {RECORD_FROM} where r.workspace_id = %(workspace)s and r.id = asked.id limit 1) found
    where found.id not in (select record_id from open_already)),
matched as (select *, {{matched}} as matched from arrivals),
placed as materialized (
    select m.*, {{tried}} as tried, t.target, t.member_id as named_id, coalesce(t.pool_id, %(queue)s) as pool_id,
        row_number() over (partition by t.target, t.pool_id order by m.number) as place
    from matched m left join targets t on t.rule = m.matched),
wanted as (
    select pool_id, count(*) as wanted from placed where target = 'pool' and pool_id is not null group by 1),
{TURNS},
{POOL_TRACES},
{FALLBACKS},
last_resort as (
    select m.id from workspaces_member m where m.workspace_id = %(workspace)s and m.is_active and {MAY_ANSWER}
    order by m.id not in (select id from here), m.email <> %(seam_owner)s,
        case m.role when 'owner' then 0 when 'admin' then 1 else 2 end, m.joined_at limit 1),
routed as materialized (
    select p.*, turns.virtual_time, turns.team_id as turn_team_id, fallbacks.team_id as pool_team_id,
        fallbacks.manager_id,
        case p.target when 'account_owner' then p.account_owner_id when 'record_owner' then p.record_owner_id
            when 'member' then p.named_id when 'pool' then turns.member_id end as chosen_id
    from placed p
    left join turns on p.target = 'pool' and turns.pool_id = p.pool_id and turns.place = p.place
    left join fallbacks on fallbacks.pool_id = p.pool_id),
given as materialized (
    select routed.*, new_id() as handoff_id, row_number() over (order by routed.number) as nth,
        coalesce(chosen_id, manager_id, case when pool_id is null then (select id from last_resort) end) as assignee_id,
        case when chosen_id is not null then 'routed' when manager_id is not null then 'fallback'
            when pool_id is not null then 'queue' else 'fallback' end as cause
    from routed),
numbers as (
    insert into workspaces_counter (workspace_id, noun, value)
    select %(workspace)s, 'handoff', count(*) from given having count(*) > 0
    on conflict (workspace_id, noun) do update set value = workspaces_counter.value + excluded.value
    returning value),
offered as (
    insert into handoffs_handoff (id, workspace_id, number, seam_id, record_id, assignee_id, queue_id, team_id,
        offered_at, offered_by_id, due_at, touch_due_at, ladder, next_step, next_step_at, packet, blueprint_version,
        again_at)
    select g.handoff_id, %(workspace)s, numbers.value - (select count(*) from given) + g.nth, %(seam)s, g.id,
        g.assignee_id, case when g.assignee_id is null then g.pool_id end,
        coalesce(g.turn_team_id, case when g.cause <> 'routed' then g.pool_team_id end, seat.team_id, g.pool_team_id),
        %(at)s, coalesce((%(senders)s::jsonb ->> g.id::text)::uuid, %(by)s), %(due)s, %(touch_due)s, %(ladder)s::jsonb,
        0, %(first_step_at)s,
        coalesce(%(packets)s::jsonb -> g.id::text, '{{{{}}}}'), %(version)s,
        case when g.assignee_id is null then %(at)s::timestamptz + %(asked_again)s end
    from given g cross join numbers
    left join lateral (
        select s.team_id from workspaces_teamseat s
        join workspaces_team t on t.workspace_id = s.workspace_id and t.id = s.team_id
        where s.workspace_id = %(workspace)s and s.member_id = g.assignee_id
        order by t.function <> %(function)s, t.key limit 1) seat on g.turn_team_id is null
    returning id, number, record_id, assignee_id),
assigned as (
    insert into handoffs_assignment (workspace_id, handoff_id, member_id, pool_id, at, cause, trace)
    select %(workspace)s, g.handoff_id, g.assignee_id,
        case when g.target = 'pool' or g.matched is null then g.pool_id end, %(at)s, g.cause,
        jsonb_build_object('rules', g.tried, 'matched', g.matched,
            'pool', case when g.target = 'pool' then g.pool_id end, 'turn', g.virtual_time::bigint,
            'seats', pool_traces.seats, 'candidates', coalesce(pool_traces.candidates, '[]'))
    from given g left join pool_traces on g.target = 'pool' and pool_traces.pool_id = g.pool_id),
taken as (
    select g.pool_id, g.chosen_id as member_id, max(g.virtual_time) as virtual_time, count(*) as given
    from given g where g.virtual_time is not null group by 1, 2),
turned as (
    update handoffs_rotation x set virtual_time = taken.virtual_time, given = x.given + taken.given from taken
    where x.workspace_id = %(workspace)s and x.pool_id = taken.pool_id and x.member_id = taken.member_id),
told as (
    insert into history_event (workspace_id, kind, subject_kind, subject_id, record_id, actor_id, at, facts,
        blueprint_version, request_id)
    select %(workspace)s, 'handoff.offered', 'handoff', g.handoff_id, g.id, %(by)s, %(at)s, jsonb_build_object(
        'number', numbers.value - (select count(*) from given) + g.nth, 'seam', %(seam_key)s, 'assignee', here.name,
        'cause', g.cause, 'due_at', %(due)s), %(version)s, %(request)s
    from given g cross join numbers left join here on here.id = g.assignee_id)
select id, number, record_id, assignee_id from offered order by number
"""
