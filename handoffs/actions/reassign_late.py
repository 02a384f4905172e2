"""Passing on: by the ladder when an answer is late, to the next in rotation."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from blueprint.documents import blueprint_of
from core.history.actions import request_id
from core.people.models import Member, TimeOff
from core.sql import in_one_trip, load
from core.tenancy.scope import current_id
from handoffs.actions.offer_batch import LOCK_ROTATION
from handoffs.queries.routing_sql import ANSWERING_ROLES
from handoffs.rules.routing import ROUND, Candidate, Turn, turns
from handoffs.rules.sla import Clock, Rung, carried_on, start

REASSIGN = load("handoffs", "reassign")
HELD_BY = load("handoffs", "held_by")
POOL_STATES = in_one_trip(LOCK_ROTATION, load("handoffs", "pool_states"))


class LateHandoff(NamedTuple):
    """A handoff that nobody answered: the version of its clock, when the step that takes it away fell due, the rungs
    still ahead, and when the last rung is taken again if this was it."""

    id: UUID
    seam_id: UUID
    version: int
    fell_due: datetime
    ahead: Sequence[Mapping[str, str]]
    again: str | None


def pass_on(late: Sequence[LateHandoff], *, at: datetime) -> None:
    """Give late handoffs to the next in rotation, never back to anybody who missed them. The rows are locked already.

    Each changes hands, and its new clock starts, when its step fell due, whenever that is noticed (`at`); who is away
    is asked for that moment too. Where nobody is left the handoff stays where it is, and its ladder goes on. Three
    round trips for any number, and as many again for each moment where somebody came or went between the first and
    the last."""
    moments = sorted({each.fell_due for each in late})
    if len(moments) > 1 and _somebody_came_or_went(moments[0], moments[-1]):
        for moment in moments:
            _pass_on([each for each in late if each.fell_due == moment], moment, at)
    elif late:
        _pass_on(late, moments[-1], at)


def _somebody_came_or_went(since: datetime, until: datetime) -> bool:
    began = Q(starts_at__gt=since, starts_at__lte=until)
    return TimeOff.objects.filter(began | Q(ends_at__gt=since, ends_at__lte=until)).exists()


def _pass_on(late: Sequence[LateHandoff], moment: datetime, at: datetime) -> None:
    barred = barred_from([each.id for each in late])
    clocks: dict[tuple[UUID, int, datetime], Clock] = {}
    by_pool: dict[UUID | None, list[LateHandoff]] = {}
    for each in late:
        terms = blueprint_of.at(current_id(), each.version)
        seam = terms.seams_by_id[each.seam_id]
        key = (each.seam_id, each.version, each.fell_due)
        if key not in clocks:
            clocks[key] = start(seam, each.fell_due)
        queue = terms.queue_for(seam)
        by_pool.setdefault(barred[each.id][0] or (queue.id if queue else None), []).append(each)
    pools = pool_states([pool_id for pool_id in by_pool if pool_id], moment)
    moves = []
    for pool_id, waiting in by_pool.items():
        candidates, pool_time, traces, teams = pools.get(pool_id, ([], 0, [], {}))  # type: ignore[arg-type]
        never = [barred[each.id][1] for each in waiting]
        given = turns(candidates, len(waiting), pool_time=pool_time, never=never)
        for each, turn in zip(waiting, given, strict=True):
            clock = clocks[each.seam_id, each.version, each.fell_due]
            taken = _ladder_move(each.id, turn, clock, each.ahead, pool_id, teams, traces)
            moves.append(taken | {"again": each.again, "fell_due": each.fell_due.isoformat()})
    write(moves, cause="ladder", by=None, at=at)


def _ladder_move(
    handoff_id: UUID,
    turn: Turn | None,
    clock: Clock,
    ahead: Sequence[Mapping[str, str]],
    pool_id: UUID | None,
    teams: Mapping[UUID, UUID],
    traces: list[dict[str, Any]],
) -> dict[str, Any]:
    if turn is None:
        return {"handoff": str(handoff_id)}
    given = move(handoff_id, turn.member_id, carried_on(clock, rungs(ahead)))
    return given | {
        "team": str(teams[turn.member_id]),
        "pool": str(pool_id),
        "virtual_time": turn.virtual_time,
        "trace": {"pool": str(pool_id), "turn": turn.virtual_time, "candidates": traces},
    }


def move(handoff_id: UUID, member_id: UUID, clock: Clock) -> dict[str, Any]:
    """One change of hands, as `sql/reassign.sql` reads it."""
    return {
        "handoff": str(handoff_id),
        "member": str(member_id),
        "due": clock.due_at.isoformat(),
        "touch_due": clock.touch_due_at.isoformat() if clock.touch_due_at else None,
        "steps": [{"action": rung.action, "at": rung.at.isoformat()} for rung in clock.ladder],
    }


def write(moves: Sequence[Mapping[str, Any]], *, cause: str, by: Member | None, at: datetime) -> None:
    """Change hands for all of them in one statement."""
    REASSIGN.run(moves=json.dumps(moves), cause=cause, by=by.pk if by else None, at=at, request_id=request_id.get())


def rungs(ladder: Iterable[Mapping[str, str]]) -> list[Rung]:
    """A stored ladder as the rules know it."""
    return [Rung(rung["action"], datetime.fromisoformat(rung["at"])) for rung in ladder]


def barred_from(handoff_ids: list[UUID]) -> dict[UUID, tuple[UUID | None, set[UUID]]]:
    """The pool each was given from, and who missed it, the present assignee included."""
    rows = HELD_BY.rows(handoffs=handoff_ids)
    return {handoff_id: (pool_id, set(members)) for handoff_id, pool_id, members in rows}


PoolState = tuple[list[Candidate], int, list[dict[str, Any]], dict[UUID, UUID]]


def pool_states(pool_ids: list[UUID], at: datetime) -> dict[UUID, PoolState]:
    """The locked rotation of each pool: candidates, its present time, how a trace shows them, and their teams."""
    rows = POOL_STATES.rows(pools=pool_ids, at=at, barred=[], answering_roles=ANSWERING_ROLES, round=ROUND)
    found: dict[UUID, PoolState] = {}
    for pool_id, member_id, team_id, weight, cap, open_count, begins, state, name, pool_time in rows:
        candidates, _, traces, teams = found.setdefault(pool_id, ([], pool_time, [], {}))
        is_able = state not in ("inactive", "may not answer")
        candidates.append(Candidate(member_id, weight, begins, open_count, cap, is_able, state == "away"))
        teams[member_id] = team_id
        if len(traces) < 20:
            traces.append({"member": str(member_id), "name": name, "state": state, "turn": begins, "weight": weight})
    return found
