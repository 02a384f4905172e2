"""Routing again by the clock: queues are asked for somebody who is there, and what came back is offered anew."""

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from blueprint.documents import blueprint_of
from core.operating.setting_aside import done_well, set_aside
from core.people.models import Member, Workspace
from core.sql import load
from core.tenancy.scope import NOW, current_id
from handoffs.actions.offer_batch import ASKED_AGAIN
from handoffs.actions.reassign_late import PoolState, barred_from, move, pool_states, rungs, write
from handoffs.actions.returning import offer_again
from handoffs.models import Handoff
from handoffs.queries.routing_sql import ANSWERING_ROLES
from handoffs.rules.routing import Turn, turns
from handoffs.rules.sla import carried_on, start

log = logging.getLogger(__name__)
ROUTE = "handoff_route"  # how its rows are set aside
CLAIM_WAITING = load("handoffs", "claim_waiting")
RETURNED_BEFORE = load("handoffs", "returned_before")
MANAGERS_OF_POOLS = load("handoffs", "managers_of_pools")


class Waiting(NamedTuple):
    """A handoff that is due to be routed again: an open one in a queue, or one that came back."""

    id: UUID
    seam_id: UUID
    version: int
    state: str
    assignee_id: UUID | None
    queue_id: UUID | None
    record_id: UUID
    ladder: str
    next_step: int
    due_at: datetime
    stage_id: UUID
    at: datetime

    @property
    def is_queued(self) -> bool:
        """Open, and nobody's in particular."""
        return self.state == Handoff.State.OFFERED and self.assignee_id is None


def route_again(workspace: Workspace, at: datetime | None = None, *, limit: int = 500) -> int:
    """Route again up to `limit` handoffs of the workspace in scope whose time has come, and how many there were.

    One transaction claims them; whoever else scans skips them meanwhile, so nothing is offered twice. A batch that
    raises is taken one by one: the bad row waits, the others go on."""
    with transaction.atomic():
        found = _claim(at, limit)
        if not found:
            return 0
        try:
            with transaction.atomic():
                _route(workspace, found)
                done_well(ROUTE, [each.id for each in found])
        except Exception:  # whatever is wrong with one row must not stop the others
            log.exception("a batch of %s handoffs could not be routed again; taking them one by one", len(found))
            for each in found:
                _route_alone(workspace, each)
        return len(found)


def _claim(at: datetime | None, limit: int) -> list[Waiting]:
    return [Waiting(*row) for row in CLAIM_WAITING.rows(at=at or NOW, most=limit)]


def _route_alone(workspace: Workspace, each: Waiting) -> None:
    try:
        with transaction.atomic():
            _route(workspace, [each])
            done_well(ROUTE, [each.id])
    except Exception as trouble:  # reported; asked again in an hour
        log.exception("handoff %s could not be routed again", each.id)
        _ask_later([each.id], each.at, timedelta(hours=1))
        number = Handoff.objects.values_list("number", flat=True).get(pk=each.id)
        what, later = f"Handoff {number}, whom to give it to", each.at + timedelta(hours=1)
        set_aside(ROUTE, each.id, what=what, trouble=trouble, at=each.at, next_try_at=later)


def ask_again_now(handoff_id: UUID, at: datetime) -> bool:
    """Let the next scan route a handoff that was set aside. True where it no longer has to be."""
    return not Handoff.objects.filter(pk=handoff_id, again_at__isnull=False).update(again_at=at)


def _route(workspace: Workspace, found: Sequence[Waiting]) -> None:
    at = found[0].at
    came_back = [each for each in found if each.state in (Handoff.State.REJECTED, Handoff.State.RECALLED)]
    _done([each.id for each in found if not each.is_queued])
    by_seam: dict[UUID, list[UUID]] = {}
    seams = blueprint_of(workspace).seams_by_id
    for each in came_back:
        if each.seam_id in seams and seams[each.seam_id].trigger_stage_id == each.stage_id:
            by_seam.setdefault(each.seam_id, []).append(each.record_id)
    for seam_id, record_ids in by_seam.items():
        offer_again(workspace, seams[seam_id], record_ids, by=None, at=at)
    drain([each for each in found if each.is_queued], at)


def drain(queued: Sequence[Waiting], at: datetime, *, cause: str = "drained", by: Member | None = None) -> list[UUID]:
    """Give locked handoffs to whoever is there and has room, in turn, and which were left over; those in a queue are
    asked again in some minutes. Who missed or returned one gets it only when it is past due and nobody else is
    there; who has it now, never."""
    if not queued:
        return []
    missed = {key: members for key, (_, members) in barred_from([each.id for each in queued]).items()}
    returned = _returned_by([each.id for each in queued])
    by_pool: dict[UUID | None, list[Waiting]] = {}
    for each in queued:
        by_pool.setdefault(each.queue_id, []).append(each)
    pools = pool_states(sorted(pool for pool in by_pool if pool), at)
    managers = _managers([pool for pool in by_pool if pool], at)
    moves, left = [], []
    for pool_id, waiting in by_pool.items():
        state = pools.get(pool_id) if pool_id else None
        for each, turn in zip(waiting, _turns(state, waiting, missed, returned, at), strict=True):
            if turn is not None and state is not None:
                moves.append(_move(each, turn.member_id, at) | _place(pool_id, turn, state))
            elif pool_id in managers and managers[pool_id][0] != each.assignee_id:
                manager_id, team_id = managers[pool_id]
                moves.append(_move(each, manager_id, at) | {"team": str(team_id), "trace": {"pool": str(pool_id)}})
            else:
                left.append(each.id)
    if moves:
        write(moves, cause=cause, by=by, at=at)
    _ask_later([each.id for each in queued if each.is_queued and each.id in set(left)], at, ASKED_AGAIN)
    return left


def _turns(
    state: PoolState | None,
    waiting: Sequence[Waiting],
    missed: Mapping[UUID, set[UUID]],
    returned: Mapping[UUID, set[UUID]],
    at: datetime,
) -> list[Turn | None]:
    if state is None:
        return [None] * len(waiting)
    candidates, pool_time, _, _ = state
    never = [missed.get(each.id, set()) | returned.get(each.id, set()) for each in waiting]
    others = [
        any(one.state == "available" and one.member_id not in barred for one in candidates) or each.due_at > at
        for each, barred in zip(waiting, never, strict=True)
    ]
    holders = [{each.assignee_id} if each.assignee_id else set() for each in waiting]
    asked = [barred if is_barred else holder for barred, is_barred, holder in zip(never, others, holders, strict=True)]
    return turns(candidates, len(waiting), pool_time=pool_time, never=asked)


def _move(each: Waiting, member_id: UUID, at: datetime) -> dict[str, Any]:
    seam = blueprint_of.at(current_id(), each.version).seams_by_id[each.seam_id]
    return move(each.id, member_id, carried_on(start(seam, at), rungs(json.loads(each.ladder)[each.next_step :])))


def _place(pool_id: UUID | None, turn: Turn, state: PoolState) -> dict[str, Any]:
    _, _, traces, teams = state
    trace = {"pool": str(pool_id), "turn": turn.virtual_time, "candidates": traces}
    place = {"team": str(teams[turn.member_id]), "pool": str(pool_id), "virtual_time": turn.virtual_time}
    return place | {"trace": trace}


def _returned_by(handoff_ids: list[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for handoff_id, member_id in RETURNED_BEFORE.rows(handoffs=handoff_ids):
        found.setdefault(handoff_id, set()).add(member_id)
    return found


def _managers(pool_ids: list[UUID], at: datetime) -> dict[UUID | None, tuple[UUID, UUID]]:
    rows = MANAGERS_OF_POOLS.rows(pools=pool_ids, at=at, barred=[], answering_roles=ANSWERING_ROLES)
    return {pool_id: (manager_id, team_id) for pool_id, manager_id, team_id in rows}


def _done(handoff_ids: list[UUID]) -> None:
    Handoff.objects.filter(pk__in=handoff_ids, again_at__isnull=False).update(again_at=None)


def _ask_later(handoff_ids: list[UUID], at: datetime, later: timedelta) -> None:
    Handoff.objects.filter(pk__in=handoff_ids).update(again_at=at + later)
