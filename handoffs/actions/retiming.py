"""Open clocks follow a published change of their seam: of its times, where it says so, and of when it stands still."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from blueprint.documents import blueprint_of
from blueprint.schema import SeamTerms
from blueprint.schema.vocabularies import OpenClocks
from core.history.actions import record_all
from core.people.models import Member, Workspace
from handoffs.actions.moving_clocks import shown_as, write_moves
from handoffs.actions.pausing_by_state import look_at_seam
from handoffs.models import Clock, Handoff, KeptHours, Pause
from handoffs.rules.allowed import allowed
from handoffs.rules.halts import Halt, joined
from handoffs.rules.open_clocks import Retimed, is_timed_otherwise, retimed

CHUNK = 2_000
Kind = Clock.Kind


def retime_open_clocks(*, workspace: Workspace, version: Any, by: Member | None, at: datetime, **news: Any) -> None:
    """Follower of `blueprint.published`: clocks that run are counted or begin anew where a seam's times changed and it
    says so; from then on they are of the published version. Where it says otherwise when its clocks stand still, those
    that run do, or go on.

    Nothing waits for whoever has a handoff in hand, since they may wait for the publishing: theirs stay as they are."""
    terms, number = blueprint_of(workspace), version.number
    for seam in terms.seams if number > 1 else ():
        old = blueprint_of.at(workspace.pk, number - 1).seams_by_key.get(seam.key)
        if old and seam.open_clocks != OpenClocks.KEEP and is_timed_otherwise(old, seam):
            for handoffs in _held(open_on(seam.id, at)):
                _retime_all(seam, number, handoffs, by, at)
        if old and old.pause_when != seam.pause_when:
            for handoffs in _held(open_on(seam.id, at)):
                look_at_seam(terms, seam, {each.record_id for each in handoffs}, at, {each.pk for each in handoffs})


def open_on(seam_id: UUID, at: datetime) -> QuerySet[Handoff]:
    """The handoffs across a seam with a clock that runs and is not yet due."""
    running = Clock.objects.filter(handoff=OuterRef("pk"), stopped_at=None, state=Clock.State.RUNNING, due_at__gt=at)
    waits = Q(state=Handoff.State.OFFERED) | Q(state=Handoff.State.ACCEPTED, first_touched_at=None)
    found: QuerySet[Handoff] = Handoff.objects.filter(waits, Exists(running), seam_id=seam_id)
    return found


def with_clocks(handoffs: list[Handoff], at: datetime) -> list[Handoff]:
    """Each with the clocks that run and are not yet due, and its pauses. Two queries."""
    running = Clock.objects.filter(stopped_at=None, state=Clock.State.RUNNING, due_at__gt=at)
    prefetch_related_objects(handoffs, Prefetch("clocks", running), Prefetch("pauses", Pause.objects.order_by("at")))
    return handoffs


def moves_of(seam: SeamTerms, handoff: Handoff, at: datetime) -> dict[str, tuple[Clock, Retimed]]:
    """By kind, each clock of a handoff that moves and where to. The first touch of one that nobody answered is promised
    as well, where its clock has not begun: such a clock is not in the database."""
    clocks = {str(clock.kind): clock for clock in handoff.clocks.all()}
    if Kind.ANSWER in clocks and Kind.FIRST_TOUCH not in clocks and handoff.first_touched_at is None:
        began = clocks[Kind.ANSWER].started_at
        clocks[Kind.FIRST_TOUCH] = Clock(
            kind=Kind.FIRST_TOUCH, started_at=began, handoff=handoff, hours_id=handoff.hours_id
        )
    halts = [Halt(each.at, each.over_at, "") for each in handoff.pauses.all()]
    found = {}
    for kind, clock in clocks.items():
        stood = list(joined(halts, clock.started_at, max((each.until for each in halts), default=at)))
        terms = allowed(seam, handoff.sla_line, KeptHours.hours_of(clock.hours_id))
        move = retimed(seam.open_clocks, terms, clock, stood, at)
        if move and (move.started_at, move.due_at, move.rungs) != (clock.started_at, clock.due_at, clock.rungs):
            found[kind] = clock, move
    return found


def _held(found: QuerySet[Handoff]) -> Iterator[list[Handoff]]:
    """All that nobody else holds, locked, some thousand at a time."""
    last: UUID | None = None
    while True:
        page = found if last is None else found.filter(pk__gt=last)
        free = page.select_for_update(no_key=True, skip_locked=True, of=("self",))
        if not (handoffs := list(free.order_by("pk")[:CHUNK])):
            return
        last = handoffs[-1].pk
        yield handoffs


def _retime_all(seam: SeamTerms, version: int, handoffs: list[Handoff], by: Member | None, at: datetime) -> None:
    told, shown, events = list[dict[str, Any]](), list[dict[str, Any]](), []
    for handoff in with_clocks(handoffs, at):
        if not (moves := moves_of(seam, handoff, at)):
            continue
        told += [_clock(clock, move) for clock, move in moves.values() if clock in handoff.clocks.all()]
        due = moves[Kind.ANSWER][1].due_at if Kind.ANSWER in moves else handoff.due_at
        touch_due = moves[Kind.FIRST_TOUCH][1].due_at if Kind.FIRST_TOUCH in moves else handoff.touch_due_at
        shown.append(shown_as(handoff.pk, due, touch_due, handoff.paused_until))
        facts = {"number": handoff.number, "from": handoff.due_at.isoformat(), "due_at": due.isoformat()}
        events.append(("handoff.retimed", "handoff", handoff.pk, handoff.record_id, facts))
    write_moves(told, shown)
    Handoff.objects.filter(pk__in=[each["handoff"] for each in shown]).update(blueprint_version=version)
    record_all(events, at=at, actor=by)


def _clock(clock: Clock, move: Retimed) -> dict[str, Any]:
    return {
        "clock": str(clock.pk),
        "started": move.started_at.isoformat(),
        "due": move.due_at.isoformat(),
        "rungs": move.rungs,
        "rung": clock.rung,
        "next": move.rungs[clock.rung]["at"],
    }
