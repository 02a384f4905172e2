"""Where the funnel loses most, as a whole and for each value it is split by, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from blueprint.schema import Blueprint
from core.sql import load
from scorecard.queries.boards import Board
from scorecard.queries.foldables import of_closings
from scorecard.queries.funnel_journeys import closed, gone_stages, kept, value
from scorecard.queries.funnel_readings import FunnelReadings
from scorecard.queries.funnel_steps import steps_of
from scorecard.queries.unfolded import Unfolded, happened
from scorecard.rules.days import Days
from scorecard.rules.funnel_cohorts import BEGAN, MOVED, FunnelCause, FunnelLoss, FunnelSplit, FunnelStep, largest_loss
from scorecard.rules.periods import Period
from scorecard.segments import AND

FUNNEL_CAUSES = load("scorecard", "funnel_causes")
MOST_CAUSES = 6
MOST_CLOSINGS = 20_000  # so many are placed and explained while somebody waits


@dataclass(frozen=True)
class ClosedJourneys:
    """Which closings explain a loss: of those that were lost (`began`), or of all that were closed in the period
    (`moved`), also where the former are too many to look at; None where both are."""

    cohort: str | None

    @classmethod
    def of(cls, board: Board, period: Period, cohort: str, by: str = "") -> ClosedJourneys:
        """One query, or none where it is no question."""
        if cohort == MOVED and not by and not board.filters:
            return cls(MOVED)
        last = board.today if cohort == BEGAN else period.last
        if (
            happened(board, [Days.between(period.first, last)], MOST_CLOSINGS, stages=gone_stages(board))
            <= MOST_CLOSINGS
        ):
            return cls(cohort)
        return cls(None if by or board.filters else MOVED)


def losses(
    board: Board,
    period: Period,
    cohort: str,
    steps: Sequence[FunnelStep],
    split: Sequence[FunnelSplit],
    by: str,
    tail: Unfolded,
) -> tuple[FunnelLoss | None, tuple[FunnelSplit, ...]]:
    """The largest loss of the whole, and the parts with theirs, each with its causes. Three queries at most."""
    found = {"": largest_loss(steps), **{part.value: largest_loss(part.steps) for part in split}}
    if not any(found.values()):
        return None, tuple(split)
    which = ClosedJourneys.of(board, period, cohort, by)
    lost_from = {loss.before.key for loss in found.values() if loss}
    causes = _causes(board, period, which.cohort, by, lost_from, tail)
    explained_by = which.cohort if causes else None
    explained = {
        name: loss and replace(loss, causes=causes.of(loss, name) if causes else (), explained_by=explained_by)
        for name, loss in found.items()
    }
    return explained[""], tuple(replace(part, loss=explained[part.value]) for part in split)


def _causes(
    board: Board, period: Period, cohort: str | None, by: str, keys: set[str], tail: Unfolded
) -> _Causes | None:
    """From readings for all that was closed in the period; None where that is too much and is being counted."""
    if cohort is None:
        return None
    causes = _Causes(board, keys)
    if cohort != MOVED or by or board.filters:
        causes.look_at_rows(board, period, cohort, by)
    elif not causes.look_at_readings(board, period, tail):
        return None
    return causes


class _Causes:
    """The journeys that were closed from some steps, by step and by value."""

    def __init__(self, board: Board, keys: set[str]) -> None:
        self.blueprint = board.blueprint
        self.places = {step.key: place for place, step in enumerate(steps_of(board))}
        self.asked = [self.places[key] for key in sorted(keys)]
        self.found: dict[tuple[int, str], Counter[tuple[UUID, str]]] = defaultdict(Counter)

    def look_at_readings(self, board: Board, period: Period, tail: Unfolded) -> bool:
        """Of the whole; False where it was never counted. A query for each step, and one where days are not kept."""
        readings = FunnelReadings(board, of_closings(board), tail, period, period.last)
        if readings.is_uncounted:
            return False
        for place in self.asked:
            for cause, _, number, *_ in readings.sums(str(place), by_beginning=False):
                stage_id, _, reason = cause.partition(AND)
                if number:
                    self.found[place, ""][UUID(stage_id), reason] = number
        return True

    def look_at_rows(self, board: Board, period: Period, cohort: str, by: str) -> None:
        """One query."""
        journeys = closed(board, period, cohort, self.asked)
        for place, name, stage_id, reason, number in FUNNEL_CAUSES.fill(
            journeys=journeys, value=value(board, by), **kept(board, by)
        ).rows():
            for each in {name, ""}:  # the whole is the sum of its parts
                self.found[place, each][stage_id, reason] += number

    def of(self, loss: FunnelLoss, name: str) -> tuple[FunnelCause, ...]:
        """Those of one loss, the most frequent first."""
        counted = self.found[self.places[loss.before.key], name]
        told = [
            FunnelCause(cause_label(self.blueprint, *each), number, self._key(*each))
            for each, number in counted.items()
        ]
        return tuple(sorted(told, key=lambda cause: (-cause.count, cause.label))[:MOST_CAUSES])

    def _key(self, stage_id: UUID, reason: str) -> str:
        return f"{self.blueprint.stages_by_id[stage_id].path}:{reason}"


def cause_label(blueprint: Blueprint, stage_id: UUID, reason: str) -> str:
    """Where to and why, as a person says it."""
    labels = {each.key: each.label for each in blueprint.reason_codes}
    stage = blueprint.stages_by_id[stage_id].label
    return f"{stage}: {labels.get(reason, reason)}" if reason else stage
