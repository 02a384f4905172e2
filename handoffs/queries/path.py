"""Where did this lead go: every handoff of a record with rules tried, the pool's state, the choice and the clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import JSONObject

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint
from core.tenancy.scope import current_id
from handoffs.models import Assignment, Clock, Escalation, Handoff, Pause, TurnMove
from handoffs.queries.inbox import HandoffSummary, card_for
from handoffs.queries.ladder_told import PathRung, ladder_told
from handoffs.queries.leave_ahead import LeaveAhead, leaves_ahead
from handoffs.queries.time_to_touch import delays_of
from handoffs.queries.why_time import ToldClock, clocks_told, halts_of
from handoffs.rules import packet, sla
from handoffs.rules.delays import Delays
from lifecycle.models import Record

CAUSES = {
    "routed": "routed by rule",
    "fallback": "nobody in the pool was available",
    "queue": "nobody was available: waits in the queue",
    "manual": "given by hand",
    "ladder": "passed on by the ladder",
    "absence": "whoever had it is away, or leaves before it is due",
    "drained": "taken from the queue: somebody was there again",
}

MATCHED_BY = {"domain": "found by its domain", "name": "which the record names", "parent": "above the record's company"}


@dataclass(frozen=True, slots=True)
class HandTurn:
    """What holding it meant for whose turn it is: it counted as one (1), or the turn was given back (-1)."""

    turns: int
    why: str
    pool: str

    @property
    def words(self) -> str:
        """As the page says it."""
        what = "Counts as a turn in" if self.turns > 0 else "The turn was given back in"
        return f"{what} {self.pool}: {TurnMove.Why(self.why).label}."


@dataclass(frozen=True)
class Hand:
    """One time somebody held it, and why them: the rules tried and the pool as it stood."""

    name: str
    at: datetime
    ended_at: datetime | None
    cause: str
    cause_words: str
    missed: bool
    rules: list[dict[str, Any]]
    matched: int | None
    pool: str
    candidates: list[dict[str, Any]]
    more_seats: int
    given_by: str
    note: str
    turn_moves: tuple[HandTurn, ...]
    strategy: str
    clock: Clock | None = None
    account: str = ""  # whose owner was asked for, and by what it was found
    past: Mapping[str, int] = field(default_factory=dict)

    @property
    def came_back(self) -> str:
        """How often its record had been returned at the seam, and how many were not asked for it; blank where nobody
        gave it up."""
        returns, barred = self.past.get("returns", 0), self.past.get("barred", 0)
        if not self.past:
            return ""
        times = ("Not returned", "Returned once")[returns] if returns < 2 else f"Returned {returns} times"
        people = "1 person who gave it up is" if barred == 1 else f"{barred} people who gave it up are"
        return f"{times} before; {people} not asked."


@dataclass(frozen=True)
class Passage(HandoffSummary):
    """One crossing of a seam, whole."""

    touch_clock: str
    touch_countdown: sla.Countdown | None
    hands: tuple[Hand, ...]
    clocks: tuple[ToldClock, ...]
    ladder: tuple[PathRung, ...]
    packet_items: tuple[packet.FilledItem, ...]
    pauses: tuple[Pause, ...] = ()
    time_to_touch: Delays | None = None
    leave_ahead: LeaveAhead | None = None


def path_of(record: Record, at: datetime) -> list[Passage]:
    """Every handoff of a record, and the one that made it, oldest first. Six queries, and one where
    one is open."""
    related = ("record", "assignee", "queue", "team", "offered_by", "answered_by", "reason", "result")
    found = Handoff.objects.filter(Q(record=record) | Q(result=record)).select_related(*related)
    return _passages(found.order_by("offered_at", "number"), at)


def passage_of(handoff: Handoff, at: datetime) -> Passage:
    """One handoff, whole. Five queries, and one where it is open."""
    return _passages([handoff], at)[0]


def _passages(found: Iterable[Handoff], at: datetime) -> list[Passage]:
    handoffs = list(found)
    prefetch_related_objects(
        handoffs,
        Prefetch("assignments", _assignments()),
        Prefetch("clocks", Clock.objects.order_by("kind", "run")),
        Prefetch("pauses", Pause.objects.select_related("by", "reason").order_by("at", "id")),
        Prefetch("escalations", Escalation.objects.select_related("to_member", "task").order_by("due_at", "id")),
    )
    away = leaves_ahead(handoffs, at)
    return [_passage(each, away.get(each.pk), at) for each in handoffs]


def _assignments() -> QuerySet[Assignment]:
    """Assignments in their order, with what each meant for whose turn it is."""
    moves = TurnMove.objects.filter(assignment_id=OuterRef("pk")).order_by("at")
    told = ArraySubquery(moves.values(json=JSONObject(turns="turns", why="why", pool="pool__label")))
    return Assignment.objects.select_related("member", "pool").annotate(turn_moves=told).order_by("at", "id")


def _passage(handoff: Handoff, away: LeaveAhead | None, at: datetime) -> Passage:
    terms = blueprint_of.at(current_id(), handoff.blueprint_version)
    card = card_for(handoff, at)
    touch, touching = "", None
    if handoff.touch_due_at and handoff.state in (Handoff.State.OFFERED, Handoff.State.ACCEPTED):
        hours = handoff.allowed.hours
        touch = sla.judge(handoff.touch_due_at, handoff.first_touched_at, at, hours).value
        held = handoff.paused_until
        touching = sla.countdown(hours, handoff.touch_due_at, handoff.first_touched_at, at, held)
    answers = {clock.run: clock for clock in handoff.clocks.all() if clock.kind == Clock.Kind.ANSWER}
    hands = tuple(_hand(each, terms, answers.get(run)) for run, each in enumerate(handoff.assignments.all(), 1))
    by_run = {run: (hand.name, hand.at) for run, hand in enumerate(hands, 1)}
    items = tuple(packet.filled(card.seam.packet, handoff.packet))
    return Passage(
        **vars(card),
        touch_clock=touch,
        touch_countdown=touching,
        hands=hands,
        clocks=tuple(clocks_told(handoff, by_run, halts_of(handoff.pauses.all()))),
        pauses=tuple(handoff.pauses.all()),
        time_to_touch=delays_of(handoff, at),
        ladder=tuple(ladder_told(handoff)),
        packet_items=items,
        leave_ahead=away,
    )


def _hand(each: Assignment, terms: Blueprint, clock: Clock | None) -> Hand:
    trace = each.trace
    pool = terms.pools_by_id.get(UUID(trace["pool"])) if trace.get("pool") else None
    candidates = trace.get("candidates", [])
    return Hand(
        name=each.member.name if each.member else f"Queue: {each.pool.label if each.pool else 'nobody'}",
        at=each.at,
        ended_at=each.ended_at,
        cause=each.cause,
        cause_words=CAUSES.get(each.cause, each.cause),
        missed=each.missed,
        rules=trace.get("rules", []),
        matched=trace.get("matched"),
        pool=pool.label if pool else "",
        candidates=candidates,
        more_seats=max((trace.get("seats") or 0) - len(candidates), 0),
        given_by=trace.get("by", ""),
        note=trace.get("note", ""),
        strategy=pool.strategy.label if pool else "",
        turn_moves=tuple(HandTurn(**move) for move in each.turn_moves),  # type: ignore[attr-defined]
        clock=clock,
        account=account_words(**trace["account"]) if "account" in trace else "",
        past=trace.get("came_back", {}),
    )


def account_words(name: str | None, how: str | None) -> str:
    """The company whose owner on the receiving side was looked at, and by what it was found; blank where none has."""
    return f"{name}, {MATCHED_BY[how]}" if name and how else ""
