"""Routing again by the clock: queues are asked for somebody who is there, and what came back is offered anew."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint
from core.operating.setting_aside import done_well, set_aside, take_all
from core.people.models import Member, Workspace
from core.sql import load
from core.tenancy.scope import NOW, current_id
from handoffs.actions.changing_hands import NO_POOL, PoolState, move, pool_states, write
from handoffs.actions.holders import Holders, held_by
from handoffs.actions.keeping_accounts import keep_by_rule
from handoffs.actions.offer_batch import ASKED_AGAIN
from handoffs.actions.returning import offer_again
from handoffs.models import Handoff, KeptHours
from handoffs.rules.allowed import allowed
from handoffs.rules.routing import ANSWERING_ROLES
from handoffs.rules.sla import carried_on, start
from lifecycle.actions.rescoring import ask_soon

ROUTE = "handoff_route"  # how its rows are set aside
FIRST_GIVEN = ("routed", "queue", "fallback")  # by a rule, to wait or to its manager
CLAIM_WAITING = load("handoffs", "claim_waiting")
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
    rungs: str | None  # JSON
    rung: int | None
    due_at: datetime
    sla_line: str
    stage_id: UUID
    offered_at: datetime
    priority: int
    score: int
    at: datetime
    is_last: bool = True  # of what came back: not offered across the seam since

    @property
    def is_queued(self) -> bool:
        """Open, and nobody's in particular."""
        return self.state == Handoff.State.OFFERED and self.assignee_id is None


def route_again(workspace: Workspace, at: datetime | None = None, *, limit: int = 500) -> int:
    """Route again up to `limit` handoffs of the workspace in scope whose time has come, and how many there were.

    One transaction claims them; whoever else scans skips them meanwhile, so nothing is offered twice. A batch that
    raises is taken one by one: the bad row waits, the others go on."""
    with transaction.atomic():
        found = [Waiting(*row) for row in CLAIM_WAITING.rows(at=at or NOW, most=limit)]
        if found:
            take_all(found, lambda those: _route(workspace, those), _put_aside)
        return len(found)


def ask_again_now(handoff_id: UUID, at: datetime) -> bool:
    """Let the next scan route a handoff that was set aside. True where it no longer has to be."""
    return not Handoff.objects.filter(pk=handoff_id, again_at__isnull=False).update(again_at=at)


def _put_aside(each: Waiting, trouble: Exception) -> None:
    """Reported; asked again in an hour."""
    later = each.at + timedelta(hours=1)
    _ask_later([each.id], later)
    number = Handoff.objects.values_list("number", flat=True).get(pk=each.id)
    what = f"Handoff {number}, whom to give it to"
    set_aside(ROUTE, each.id, what=what, trouble=trouble, at=each.at, next_try_at=later)


def _route(workspace: Workspace, found: Sequence[Waiting]) -> None:
    at = found[0].at
    no_more = [each.id for each in found if not each.is_queued]
    Handoff.objects.filter(pk__in=no_more, again_at__isnull=False).update(again_at=None)
    by_seam: dict[UUID, list[UUID]] = defaultdict(list)
    seams, stays = blueprint_of(workspace).seams_by_id, []
    for each in found:
        came_back = each.state in (Handoff.State.REJECTED, Handoff.State.RECALLED)
        if not came_back:
            continue
        if each.is_last and each.seam_id in seams and seams[each.seam_id].trigger_stage_id == each.stage_id:
            by_seam[each.seam_id].append(each.record_id)
        else:
            stays.append(each.record_id)
    for seam_id, record_ids in by_seam.items():
        offer_again(workspace, seams[seam_id], record_ids, by=None, at=at)
    if stays:  # nothing is offered, so nothing holds them
        ask_soon(stays, at)
    drain([each for each in found if each.is_queued], at)
    done_well(ROUTE, [each.id for each in found])


def drain(
    queued: Sequence[Waiting],
    at: datetime,
    *,
    cause: str = "drained",
    by: Member | None = None,
    but: Collection[UUID] = (),
    note: str = "",
) -> list[UUID]:
    """Give locked handoffs to whoever is there and has room, in turn, and which were left over; those in a queue are
    asked again in some minutes. Who missed or returned one gets it only when it is past due and nobody else is
    there; who has it now, never; nor any member of `but`. `note` is kept with each change of hands."""
    if not queued:
        return []
    terms = blueprint_of.at(current_id(), max(each.version for each in queued))
    held = held_by([each.id for each in queued], at, terms)
    by_pool = _by_pool(queued, held)
    pools, managers = pool_states(by_pool, at, terms), _managers_of(by_pool, at, but)
    reserves = {pool.id for pool in terms.pools if pool.waits}
    moves, left, taken = [], [], Counter[UUID]()
    in_turn: dict[tuple[int, UUID], list[UUID]] = defaultdict(list)
    for pool_id, waiting in _in_order(by_pool, terms).items():
        pool = pools.get(pool_id, NO_POOL)
        never = [{*but, *_never(each, pool, held[each.id])} for each in waiting]
        manager_id, team_id, hours_id = managers.get(pool_id, (None, None, None))
        for each, turn in zip(waiting, pool.turns(never, taken), strict=True):
            if turn:
                given = given_to(each, turn.member_id, pool.hours[turn.member_id])
                moves.append(given | _noted(pool.place(turn), note))
                in_turn[each.version, each.seam_id].append(each.id)
            elif manager_id and manager_id != each.assignee_id and pool_id not in reserves:
                place = {"team": str(team_id), "trace": {"pool": str(pool_id)}}
                moves.append(given_to(each, manager_id, hours_id) | _noted(place, note))
            else:
                left.append(each)
    if moves:
        write(moves, terms, cause=cause, by=by, at=at)
    _keep_companies(in_turn, by, at)
    _ask_later([each.id for each in left if each.is_queued], at + ASKED_AGAIN)
    return [each.id for each in left]


def _keep_companies(in_turn: Mapping[tuple[int, UUID], list[UUID]], by: Member | None, at: datetime) -> None:
    """What was given in turn, by version and seam, gives its company away as its rule does at once."""
    for (version, seam_id), given in in_turn.items():
        seam = blueprint_of.at(current_id(), version).seams_by_id[seam_id]
        keep_by_rule(seam, given, causes=FIRST_GIVEN, by=by, at=at)


def _by_pool(queued: Sequence[Waiting], held: Mapping[UUID, Holders]) -> dict[UUID | None, list[Waiting]]:
    found: dict[UUID | None, list[Waiting]] = defaultdict(list)
    for each in queued:
        found[each.queue_id or held[each.id].pool_id].append(each)
    return found


def _managers_of(pool_ids: Iterable[UUID | None], at: datetime, but: Collection[UUID]) -> dict[UUID | None, list[Any]]:
    """By pool, who manages it and is not of `but`, their team and hours. One query."""
    asked = {"pools": [each for each in pool_ids if each], "at": at, "answering_roles": ANSWERING_ROLES}
    return {pool_id: manager for pool_id, *manager in MANAGERS_OF_POOLS.rows(**asked, barred=list(but))}


def _noted(place: dict[str, Any], note: str) -> dict[str, Any]:
    return place | {"trace": place["trace"] | {"note": note}} if note else place


def _in_order(by_pool: Mapping[UUID | None, list[Waiting]], terms: Blueprint) -> dict[UUID | None, list[Waiting]]:
    """Those of each pool in the order they are given out: what its ladder raised first, as an inbox shows it; then the
    oldest offer, or the best record."""
    best_first = {pool.id for pool in terms.pools if pool.best_first}

    def place(pool_id: UUID | None, each: Waiting) -> tuple[Any, ...]:
        return -each.priority, -each.score if pool_id in best_first else 0, each.offered_at

    return {pool: sorted(waiting, key=partial(place, pool)) for pool, waiting in by_pool.items()}


def _never(each: Waiting, pool: PoolState, held: Holders) -> Collection[UUID]:
    barred = pool.barred_for(held)
    others = any(one.state == "available" and one.member_id not in barred for one in pool.candidates)
    if others or each.due_at > each.at:
        return barred
    return pool.barred_for(held._replace(barred={each.assignee_id} - {None}))  # type: ignore[arg-type]


def given_to(each: Waiting, member_id: UUID, hours_id: UUID | None) -> dict[str, Any]:
    """The change of hands that gives it to somebody with these hours, and a clock of their own. No query where the
    hours are known."""
    seam = blueprint_of.at(current_id(), each.version).seams_by_id[each.seam_id]
    ahead = json.loads(each.rungs or "[]")[each.rung or 0 :]
    clock = start(allowed(seam, each.sla_line, KeptHours.hours_of(hours_id)), each.at)
    return move(each.id, member_id, carried_on(clock, ahead), hours_id=hours_id)


def _ask_later(handoff_ids: list[UUID], at: datetime) -> None:
    Handoff.objects.filter(pk__in=handoff_ids).update(again_at=at)
