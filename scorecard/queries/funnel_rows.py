"""The journeys behind a step of the funnel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import starmap
from typing import Any
from uuid import UUID

from core.errors import BadInput, NotFound
from core.sql import Fragment, load
from scorecard.queries.boards import Board
from scorecard.queries.funnel import near
from scorecard.queries.funnel_counts import CountedOnDay, FunnelCounts
from scorecard.queries.funnel_steps import steps_of
from scorecard.queries.rows_behind import PAGE
from scorecard.queries.seats import places
from scorecard.rules.days import Days
from scorecard.rules.funnel_cohorts import BEGAN, MOVED, SPLITS, FunnelStep
from scorecard.rules.periods import Period

JOURNEYS_OF_STEP = load("scorecard", "journeys_of_step")
JOURNEYS_OF_COHORT = load("scorecard", "journeys_of_cohort")


@dataclass(frozen=True)
class Traveller:
    """A record that entered a step, or by which a journey came there; the day on which it did, or on which it began."""

    number: int
    name: str
    kind: str
    stage: str
    owner: str
    day: date
    amount: Decimal | None
    currency: str


@dataclass(frozen=True)
class StepRows:
    """A page of the journeys behind a step; `count` is how many they are on all pages."""

    step: FunnelStep
    count: int
    rows: tuple[Traveller, ...]
    cohort: str
    beyond: FunnelStep | None = None
    """The next step, where only those are told that did not come to it."""


@dataclass(frozen=True)
class StepQuestion:
    """Which of the journeys behind a step are asked, and which page of them."""

    cohort: str = MOVED
    segment: str = ""
    value: str = ""
    only_left: bool = False
    """Of those that began in the period only those that came no further."""
    page: int = 1
    limit: int = PAGE

    def check(self) -> None:
        """Raises BadInput."""
        if self.segment and self.segment not in SPLITS:
            facts = {"segments": list(SPLITS)}
            raise BadInput(f"The funnel is not split by {self.segment}.", field="segment", facts=facts)
        if self.only_left and self.cohort != BEGAN:
            raise BadInput("Who came no further is told of those that began in the period.", field="part")

    @property
    def skipped(self) -> int:
        """How many are on the pages before."""
        return (self.page - 1) * self.limit


def step_rows(board: Board, period: Period, key: str, asked: StepQuestion) -> StepRows:
    """The journeys behind a step, the newest first, one row each. Raises NotFound, BadInput."""
    asked.check()
    steps = steps_of(board)
    place = next((place for place, step in enumerate(steps) if step.key == key), None)
    if place is None:
        raise NotFound()
    beyond = steps[place + 1] if asked.only_left and place + 1 < len(steps) else None
    days = _days(FunnelCounts(board, period, asked.cohort), key, beyond, asked)
    if asked.cohort == BEGAN:
        rows = _came(board, days, place, asked)
    else:
        rows = _moved(board, period, steps[place].stage_ids, asked)
    return StepRows(steps[place], sum(each.number for each in days), tuple(rows), asked.cohort, beyond)


def _days(counts: FunnelCounts, key: str, beyond: FunnelStep | None, asked: StepQuestion) -> list[CountedOnDay]:
    """How many count on each day, the newest first; without those that came to the step beyond."""
    days = counts.by_day(key, asked.segment, asked.value)
    if beyond is None:
        return days
    further = {each.day: each.number for each in counts.by_day(beyond.key, asked.segment, asked.value)}
    left = (replace(each, number=each.number - further.get(each.day, 0)) for each in days)
    return [each for each in left if each.number > 0]


def _moved(board: Board, period: Period, stage_ids: Sequence[UUID], asked: StepQuestion) -> Iterator[Traveller]:
    """Those that entered it in the period."""
    within = near(board, Days.between(period.first, period.last), "s.entered_at", "entry.day")
    rows = JOURNEYS_OF_STEP.fill(**within).rows(
        stages=list(stage_ids), most=asked.limit, skipped=asked.skipped, **_who(board, asked)
    )
    return starmap(Traveller, rows)


def _came(board: Board, days: Sequence[CountedOnDay], place: int, asked: StepQuestion) -> Iterator[Traveller]:
    """Those that began in the period and came to it or further. How many began on each day is known, so that only the
    days of the page are looked at."""
    shown, before, seen = [], 0, 0
    for each in days:
        if seen + each.number <= asked.skipped:
            before = seen + each.number
        elif seen < asked.skipped + asked.limit:
            shown.append(each)
        seen += each.number
    came = Days.of(day for each in shown for day in each.came_on)
    began = Days.of(each.day for each in shown)
    pairs = [(at, stage_id) for at, step in enumerate(steps_of(board)) for stage_id in step.stage_ids]
    rows = JOURNEYS_OF_COHORT.fill(near=came.near("s.entered_at", board.zone), days=Fragment(*began.on("x.day"))).rows(
        places=[at for at, _ in pairs],
        stages=[stage_id for _, stage_id in pairs],
        place=place,
        beyond=place + 1 if asked.only_left else None,
        most=asked.limit,
        skipped=asked.skipped - before,
        **_who(board, asked),
    )
    return starmap(Traveller, rows)


def _who(board: Board, asked: StepQuestion) -> dict[str, Any]:
    """What decides whose a journey is."""
    return {
        "zone": str(board.zone),
        "people": places(board.zone),
        "segment": asked.segment,
        "value": asked.value,
    }
