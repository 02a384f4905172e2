"""How many journeys came to each step of the funnel: kept readings, and live sums of the days they do not know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.sql import Fragment, load
from scorecard.queries.boards import Board
from scorecard.queries.foldables import of_funnel
from scorecard.queries.funnel_steps import steps_of
from scorecard.queries.unfolded import Unfolded, is_too_much, unfolded
from scorecard.rules.counting import Counting
from scorecard.rules.days import Days
from scorecard.rules.funnel_cohorts import BEGAN, MOVED, FunnelCount, FunnelSplit, FunnelStep, with_counts
from scorecard.rules.periods import Period
from scorecard.segments import AND

FUNNEL_SUMS = load("scorecard", "funnel_sums")


@dataclass(frozen=True)
class CountedOnDay:
    """Of one day of the period: how many journeys count, and on which days they came to the step."""

    day: date
    number: int
    came_on: tuple[date, ...]


def counted(
    board: Board, period: Period, tail: Unfolded | None = None, *, cohort: str = MOVED
) -> tuple[tuple[FunnelStep, ...], Counting | None]:
    """The steps with the journeys of the period, and how far the counting is where it goes on. Three queries."""
    asked = FunnelCounts(board, period, cohort, tail)
    return asked.steps(), asked.counting


class FunnelCounts:
    """The journeys of a period and a cohort, whole or split."""

    def __init__(self, board: Board, period: Period, cohort: str = MOVED, tail: Unfolded | None = None) -> None:
        self.board, self.period, self.cohort = board, period, cohort
        self.until = board.today if cohort == BEGAN else period.last
        self.foldable, self.tail = of_funnel(board), tail or unfolded(board)
        self.live = self.tail.days(board, self.foldable).clipped(period.first, self.until)
        self.counting: Counting | None = None
        if is_too_much(board, [self.live]):
            self.live, self.counting = Days(()), self.tail.counting(self.foldable, period.first)

    def steps(self) -> tuple[FunnelStep, ...]:
        """The whole."""
        return with_counts(steps_of(self.board), self._by_key("").get("", {}))

    def split(self, segment: str) -> tuple[FunnelSplit, ...]:
        """The same for each value of a segment, the most journeys first."""
        plain = steps_of(self.board)
        found = [FunnelSplit(value, with_counts(plain, by_key)) for value, by_key in self._by_key(segment).items()]
        return tuple(sorted(found, key=lambda part: (-max(step.count for step in part.steps), part.value)))

    def by_day(self, key: str, segment: str = "", value: str = "") -> list[CountedOnDay]:
        """One step, day by day, the newest first."""
        key = key + AND + value if segment else key
        rows = self._sums(segment, key=key, by_day=True)
        return sorted((CountedOnDay(day, number, tuple(came)) for _, day, number, _, _, came in rows), key=_newest)

    def _by_key(self, segment: str) -> dict[str, dict[str, FunnelCount]]:
        """By the value of the segment and the key of the step."""
        found: dict[str, dict[str, FunnelCount]] = defaultdict(dict)
        for told, _, number, worth, unconverted, _ in self._sums(segment, key=None, by_day=False):
            key, _, value = told.partition(AND)
            found[value][key] = FunnelCount(number, Decimal(worth), unconverted)
        return found

    def _sums(self, segment: str, **asked: Any) -> Iterator[tuple[Any, ...]]:
        series = self.tail.series.get(self.foldable.key)
        is_kept = series is not None and not (self.counting and self.counting.as_of is None)
        kept, values = self.live.on("k.day")
        live = self.foldable.sums(self.live)
        yield from FUNNEL_SUMS.fill(kept=Fragment(f"not ({kept})", values), live=live).rows(
            series=series.id if series and is_kept else None,
            segment=f"{self.cohort} {segment}".strip(),
            first_day=self.period.first,
            last_day=self.period.last,
            until=self.until,
            by_beginning=self.cohort == BEGAN,
            **asked,
        )


def _newest(counted: CountedOnDay) -> int:
    return -counted.day.toordinal()
