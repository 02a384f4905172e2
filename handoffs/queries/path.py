"""Where did this lead go: every handoff of a record with rules tried, the pool's state, the choice and the clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint, SeamTerms
from core import businesstime
from core.tenancy.scope import current_id
from handoffs.models import Assignment, Escalation, Handoff
from handoffs.queries.inbox import card_for
from handoffs.rules import sla
from handoffs.rules.escalation import TOUCH
from lifecycle.models import Record

ACTIONS = {
    "warn": "Remind the assignee",
    "breach": "Stamp the breach",
    "task": "Task for the manager",
    "reassign": "Pass on to the next in rotation",
    "raise": "Raise to the seam's owner",
    "touch": "Task for the missing first touch",
}
CAUSES = {
    "routed": "routed by rule",
    "fallback": "nobody in the pool was available",
    "queue": "nobody was available: waits in the queue",
    "manual": "given by hand",
    "ladder": "passed on by the ladder",
    "drained": "taken from the queue: somebody was there again",
}


@dataclass(frozen=True)
class Hand:
    """One time somebody held it, and why them: the rules tried and the pool as it stood."""

    name: str
    at: datetime
    ended_at: datetime | None
    cause: str
    cause_words: str
    missed: bool
    rules: tuple[dict[str, Any], ...]
    matched: int | None
    pool: str
    candidates: tuple[dict[str, Any], ...]
    more_seats: int
    given_by: str
    note: str


@dataclass(frozen=True)
class PathRung:
    """One step of the ladder: when it falls due, and when it was taken, by whom to whom."""

    action: str
    words: str
    at: datetime
    taken_at: datetime | None
    to: str
    task_number: int | None
    run: int


@dataclass(frozen=True)
class Passage:
    """One crossing of a seam, whole."""

    handoff: Handoff
    seam: SeamTerms
    gaps: tuple[str, ...]
    clock: str
    countdown: sla.Countdown
    touch_clock: str
    touch_countdown: sla.Countdown | None
    hands: tuple[Hand, ...]
    ladder: tuple[PathRung, ...]


@dataclass(frozen=True)
class WhyLine:
    """One line of the answer to "why this time?"."""

    on: date
    starts_at: datetime | None
    ends_at: datetime | None
    minutes: float
    left: float
    why: str


def path_of(record: Record, at: datetime) -> list[Passage]:
    """Every handoff of a record, and the one that made it, oldest first. Three queries."""
    related = ("record", "assignee", "queue", "team", "offered_by", "answered_by", "reason", "result")
    found = Handoff.objects.filter(Q(record=record) | Q(result=record)).select_related(*related)
    return _passages(list(found.order_by("offered_at", "number")), at)


def passage_of(handoff: Handoff, at: datetime) -> Passage:
    """One handoff, whole. Two queries."""
    return _passages([handoff], at)[0]


def why_due(handoff: Handoff) -> list[WhyLine]:
    """Why it is due when it is: working time from the clock's start, window by window. One query."""
    held = handoff.assignments.order_by("-at").values_list("at", flat=True).first()
    seam = blueprint_of.at(current_id(), handoff.blueprint_version).seams_by_id[handoff.seam_id]
    steps = businesstime.trace(seam.hours, held or handoff.offered_at, seam.answer_minutes)
    return [WhyLine(each.on, each.starts_at, each.ends_at, each.minutes, each.left, each.why) for each in steps]


def _passages(handoffs: list[Handoff], at: datetime) -> list[Passage]:
    if not handoffs:
        return []
    hands = _by_handoff(
        Assignment.objects.filter(handoff__in=handoffs).select_related("member", "pool").order_by("at", "id")
    )
    steps = _by_handoff(
        Escalation.objects.filter(handoff__in=handoffs).select_related("to_member", "task").order_by("due_at", "id")
    )
    return [_passage(each, hands.get(each.pk, []), steps.get(each.pk, []), at) for each in handoffs]


def _by_handoff(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.handoff_id, []).append(row)
    return found


def _passage(handoff: Handoff, hands: list[Assignment], steps: list[Escalation], at: datetime) -> Passage:
    terms = blueprint_of.at(current_id(), handoff.blueprint_version)
    card = card_for(handoff, at)
    seam = card.seam
    touch, touching = "", None
    if handoff.touch_due_at and handoff.state in (Handoff.State.OFFERED, Handoff.State.ACCEPTED):
        touch = sla.judge(handoff.touch_due_at, handoff.first_touched_at, at, seam.hours).value
        touching = sla.countdown(seam.hours, handoff.touch_due_at, handoff.first_touched_at, at)
    return Passage(
        handoff=handoff,
        seam=seam,
        gaps=card.gaps,
        clock=card.clock,
        countdown=card.countdown,
        touch_clock=touch,
        touch_countdown=touching,
        hands=tuple(_hand(each, terms) for each in hands),
        ladder=tuple(_ladder(handoff, steps)),
    )


def _hand(each: Assignment, terms: Blueprint) -> Hand:
    trace = each.trace
    pool_id = trace.get("pool")
    pool = terms.pools_by_id.get(UUID(pool_id)) if pool_id else None
    candidates = tuple(trace.get("candidates", ()))
    return Hand(
        name=each.member.name if each.member else f"Queue: {each.pool.label if each.pool else 'nobody'}",
        at=each.at,
        ended_at=each.ended_at,
        cause=each.cause,
        cause_words=CAUSES.get(each.cause, each.cause),
        missed=each.missed,
        rules=tuple(trace.get("rules", ())),
        matched=trace.get("matched"),
        pool=pool.label if pool else "",
        candidates=candidates,
        more_seats=max((trace.get("seats") or 0) - len(candidates), 0),
        given_by=trace.get("by", ""),
        note=trace.get("note", ""),
    )


def _ladder(handoff: Handoff, steps: list[Escalation]) -> Iterable[PathRung]:
    """Steps taken, of every run, then the ones still ahead while it is open."""
    for each in steps:
        name = each.to_member.name if each.to_member else ""
        number = each.task.number if each.task else None
        words = ACTIONS.get(each.action, each.action)
        yield PathRung(each.action, words, each.due_at, each.taken_at, name, number, each.clock_run)
    if handoff.state == Handoff.State.OFFERED:
        for rung in handoff.ladder[handoff.next_step :]:
            due = datetime.fromisoformat(rung["at"])
            yield PathRung(rung["action"], ACTIONS[rung["action"]], due, None, "", None, handoff.clock_run)
        if handoff.next_step >= len(handoff.ladder) and handoff.next_step_at:
            words = "The last step, taken again until somebody answers"
            yield PathRung("again", words, handoff.next_step_at, None, "", None, handoff.clock_run)
    elif handoff.next_step == TOUCH and handoff.next_step_at:
        yield PathRung("touch", ACTIONS["touch"], handoff.next_step_at, None, "", None, handoff.clock_run)
