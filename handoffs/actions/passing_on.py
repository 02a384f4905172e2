"""Passing on: by the ladder when an answer is late, to the next in rotation."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from handoffs.blueprint import handoffs_at, queue_for
from handoffs.rules.routing import Candidate, Turn, turns
from handoffs.rules.sla import Clock, Rung, carried_on, start
from handoffs.sets import steps
from revops.history.actions import request_id
from revops.workspaces.models import Member
from revops.workspaces.scope import current_id, here

# handoff, seam, version of its clock, rungs still ahead, when the last rung is taken again if this was it
Late = tuple[UUID, UUID, int, Sequence[Mapping[str, str]], str | None]


def pass_on(late: Sequence[Late], *, at: datetime) -> None:
    """Give late handoffs to the next in rotation, never back to anybody who missed them. The rows are locked already.

    Where nobody is left the handoff stays where it is, and its ladder goes on. Three round trips for any number."""
    barred = barred_from([handoff_id for handoff_id, *_ in late])
    clocks: dict[tuple[UUID, int], Clock] = {}
    by_pool: dict[UUID | None, list[Late]] = {}
    for each in late:
        handoff_id, seam_id, version, *_ = each
        terms = handoffs_at(current_id(), version)
        seam = terms.seams_by_id[seam_id]
        if (seam_id, version) not in clocks:
            clocks[seam_id, version] = start(seam, at)
        queue = queue_for(terms, seam)
        by_pool.setdefault(barred[handoff_id][0] or (queue.id if queue else None), []).append(each)
    pools = pool_states([pool_id for pool_id in by_pool if pool_id], at)
    moves = []
    for pool_id, waiting in by_pool.items():
        candidates, pool_time, traces, teams = pools.get(pool_id, ([], 0, [], {}))  # type: ignore[arg-type]
        never = [barred[handoff_id][1] for handoff_id, *_ in waiting]
        given = turns(candidates, len(waiting), pool_time=pool_time, never=never)
        for (handoff_id, seam_id, version, ahead, again), turn in zip(waiting, given, strict=True):
            clock = clocks[seam_id, version]
            moves.append(_ladder_move(handoff_id, turn, clock, ahead, pool_id, teams, traces) | {"again": again})
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
    """One change of hands, as `steps.REASSIGN` reads it."""
    return {
        "handoff": str(handoff_id),
        "member": str(member_id),
        "due": clock.due_at.isoformat(),
        "touch_due": clock.touch_due_at.isoformat() if clock.touch_due_at else None,
        "steps": [{"action": rung.action, "at": rung.at.isoformat()} for rung in clock.ladder],
    }


def write(moves: Sequence[Mapping[str, Any]], *, cause: str, by: Member | None, at: datetime) -> None:
    """Change hands for all of them in one statement."""
    params: dict[str, Any] = {
        "workspace": here(),
        "moves": json.dumps(moves),
        "cause": cause,
        "by": by.pk if by else None,
        "at": at,
        "request": request_id.get(),
    }
    with connection.cursor() as cursor:
        cursor.execute(steps.REASSIGN, params)


def rungs(ladder: Iterable[Mapping[str, str]]) -> list[Rung]:
    """A stored ladder as the rules know it."""
    return [Rung(rung["action"], datetime.fromisoformat(rung["at"])) for rung in ladder]


def barred_from(handoff_ids: list[UUID]) -> dict[UUID, tuple[UUID | None, set[UUID]]]:
    """The pool each was given from, and who missed it, the present assignee included."""
    with connection.cursor() as cursor:
        cursor.execute(steps.HELD_BY, {"workspace": here(), "handoffs": handoff_ids})
        return {handoff_id: (pool_id, set(members)) for handoff_id, pool_id, members in cursor.fetchall()}


PoolState = tuple[list[Candidate], int, list[dict[str, Any]], dict[UUID, UUID]]


def pool_states(pool_ids: list[UUID], at: datetime) -> dict[UUID, PoolState]:
    """The locked rotation of each pool: candidates, its present time, how a trace shows them, and their teams."""
    with connection.cursor() as cursor:
        cursor.execute(steps.POOL_STATE, {"workspace": here(), "pools": pool_ids, "at": at, "barred": []})
        rows = cursor.fetchall()
    found: dict[UUID, PoolState] = {}
    for pool_id, member_id, team_id, weight, cap, open_count, begins, state, name, pool_time in rows:
        candidates, _, traces, teams = found.setdefault(pool_id, ([], pool_time, [], {}))
        candidates.append(Candidate(member_id, weight, begins, open_count, cap, state != "inactive", state == "away"))
        teams[member_id] = team_id
        if len(traces) < 20:
            traces.append({"member": str(member_id), "name": name, "state": state, "turn": begins, "weight": weight})
    return found
