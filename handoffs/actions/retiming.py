"""Open clocks follow a published change of their seam: of its times, where it says so, and of when it stands still."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint, SeamTerms
from core.history.actions import record_all
from core.people.models import Member
from core.tenancy.scope import current_id
from handoffs.actions.moving_clocks import shown_as, write_moves
from handoffs.actions.pausing_by_state import look_at_seam
from handoffs.models import Clock, Handoff, KeptHours, Pause, Retiming
from handoffs.rules.allowed import allowed
from handoffs.rules.halts import Halt, joined
from handoffs.rules.open_clocks import Retimed, retimed

Kind = Clock.Kind


@dataclass(frozen=True, slots=True)
class NewTimes:
    """What a version that was published `at` says otherwise of the clocks that ran then: the seams whose times changed
    and that say so, and those that say otherwise when their clocks stand still."""

    number: int
    at: datetime
    timed: Mapping[UUID, SeamTerms]
    paused: Collection[UUID]

    @classmethod
    def of(cls, order: Retiming) -> "NewTimes":
        """Those that a worker brings."""
        seams = blueprint_of.at(current_id(), order.version).seams_by_id
        return cls(
            order.version,
            order.at,
            {UUID(each): seams[UUID(each)] for each in order.timed},
            [UUID(each) for each in order.paused],
        )

    def open(self) -> QuerySet[Handoff]:
        """The handoffs that may have to follow: those retimed are of the version, and followed already."""
        older = Q(seam_id__in=self.timed, blueprint_version__lt=self.number)
        return open_on([*self.timed, *self.paused], self.at).filter(older | Q(seam_id__in=self.paused))

    def follow(self, handoffs: Sequence[Handoff], terms: Blueprint, by: Member | None, at: datetime) -> None:
        """Let these locked handoffs follow, and be of the version where they were retimed; once more does nothing.
        They stand still, or not, by `terms`, those in force."""
        older = [each for each in handoffs if each.blueprint_version < self.number and each.seam_id in self.timed]
        _retime(self, with_clocks(older, self.at), by, at)
        for seam_id in self.paused:
            ids = {each.pk: each.record_id for each in handoffs if each.seam_id == seam_id}
            if (seam := terms.seams_by_id.get(seam_id)) and ids:
                look_at_seam(terms, seam, set(ids.values()), at, set(ids))


def open_on(seam_ids: Collection[UUID], since: datetime) -> QuerySet[Handoff]:
    """The handoffs across these seams with a clock that runs and was not yet due."""
    running = Clock.objects.filter(handoff=OuterRef("pk"), stopped_at=None, state=Clock.State.RUNNING, due_at__gt=since)
    waits = Q(state=Handoff.State.OFFERED) | Q(state=Handoff.State.ACCEPTED, first_touched_at=None)
    found: QuerySet[Handoff] = Handoff.objects.filter(waits, Exists(running), seam_id__in=seam_ids)
    return found


def with_clocks(handoffs: list[Handoff], since: datetime) -> list[Handoff]:
    """Each with the clocks that run and were not yet due, and its pauses. Two queries."""
    running = Clock.objects.filter(kind__in=Kind.values, stopped_at=None, state=Clock.State.RUNNING, due_at__gt=since)
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


def _retime(times: NewTimes, handoffs: Sequence[Handoff], by: Member | None, at: datetime) -> None:
    told, shown, events = list[dict[str, Any]](), list[dict[str, Any]](), []
    for handoff in handoffs:
        moves = moves_of(times.timed[handoff.seam_id], handoff, at)
        told += [_clock(clock, move) for clock, move in moves.values() if clock in handoff.clocks.all()]
        due = moves[Kind.ANSWER][1].due_at if Kind.ANSWER in moves else handoff.due_at
        touch_due = moves[Kind.FIRST_TOUCH][1].due_at if Kind.FIRST_TOUCH in moves else handoff.touch_due_at
        shown.append(shown_as(handoff.pk, due, touch_due, handoff.paused_until) | {"version": times.number})
        if moves:
            facts = {"number": handoff.number, "from": handoff.due_at.isoformat(), "due_at": due.isoformat()}
            events.append(("handoff.retimed", "handoff", handoff.pk, handoff.record_id, facts))
    write_moves(told, shown)
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
