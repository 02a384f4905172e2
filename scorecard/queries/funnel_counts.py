"""How many journeys came to each step of the funnel: kept readings, and live sums of the days they do not know; with
filters that readings do not tell, the journeys themselves."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from core.sql import Fragment, load
from scorecard.queries.boards import Board
from scorecard.queries.foldables import of_funnel
from scorecard.queries.funnel_journeys import check_funnel_filters, journeys, kept, value
from scorecard.queries.funnel_steps import steps_of
from scorecard.queries.unfolded import Unfolded, is_too_much, unfolded
from scorecard.rules.counting import Counting
from scorecard.rules.days import Days
from scorecard.rules.funnel_cohorts import BEGAN, MOVED, SPLITS, FunnelCount, FunnelSplit, FunnelStep, with_counts
from scorecard.rules.periods import Period
from scorecard.segments import AND

FUNNEL_SUMS = load("scorecard", "funnel_sums")
FUNNEL_COUNTED = load("scorecard", "funnel_counted")
MORE_FROM_ROWS = 5  # so many times more is counted where readings do not tell it
TOO_MUCH = (
    "Too much happened on these days to count it with these filters while somebody waits. Choose a shorter period, or "
    "only one filter by source, team or owner."
)


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
    asked = FunnelCounts(board, period, cohort, tail=tail)
    return asked.steps(), asked.counting


class FunnelCounts:
    """The journeys of a period and a cohort that the filters of a board keep, whole or split by a segment.

    Readings tell the whole, and one filter by what the funnel is split by; everything else is counted from the rows,
    unless too much happened: then `failing` says so. Raises BadInput for a filter by what no journey is known by."""

    def __init__(
        self, board: Board, period: Period, cohort: str = MOVED, by: str = "", *, tail: Unfolded | None = None
    ) -> None:
        check_funnel_filters(board)
        self.board, self.period, self.cohort, self.by = board, period, cohort, by
        self.until = board.today if cohort == BEGAN else period.last
        self.live, self.failing = Days(()), ""
        self.counting: Counting | None = None
        self.is_kept = not board.filters or (
            len(board.filters) == 1 and board.filters[0][0] in SPLITS and by in ("", board.filters[0][0])
        )
        if self.is_kept:
            self._look_for_readings(tail or unfolded(board))
        elif is_too_much(board, [Days.between(period.first, period.last)], times=MORE_FROM_ROWS):
            self.failing = TOO_MUCH

    def _look_for_readings(self, tail: Unfolded) -> None:
        self.foldable, self.tail = of_funnel(self.board), tail
        self.live = self.tail.days(self.board, self.foldable).clipped(self.period.first, self.until)
        if is_too_much(self.board, [self.live]):
            self.live, self.counting = Days(()), self.tail.counting(self.foldable, self.period.first)

    @property
    def kept_by(self) -> tuple[str, str]:
        """The one filter that readings tell, with its value; blank for the whole."""
        return self.board.filters[0] if self.board.filters else ("", "")

    def steps(self) -> tuple[FunnelStep, ...]:
        """The whole."""
        segment, name = self.kept_by if self.is_kept else ("", "")
        return with_counts(steps_of(self.board), self._by_key(segment).get(name, {}))

    def split(self) -> tuple[FunnelSplit, ...]:
        """The same for each value of the segment, the most journeys first."""
        plain, by_value = steps_of(self.board), self._by_key(self.by)
        if self.is_kept and self.board.filters:
            by_value = {name: by_key for name, by_key in by_value.items() if name == self.kept_by[1]}
        found = [FunnelSplit(name, with_counts(plain, by_key)) for name, by_key in by_value.items()]
        return tuple(sorted(found, key=lambda part: (-max(step.count for step in part.steps), part.value)))

    def by_day(self, key: str) -> list[CountedOnDay]:
        """One step, day by day, the newest first, as readings tell it."""
        segment, name = self.kept_by
        rows = self._sums(segment, key=key + AND + name if segment else key, by_day=True)
        return sorted((CountedOnDay(day, number, tuple(came)) for _, day, number, _, _, came in rows), key=_newest)

    def _by_key(self, segment: str) -> dict[str, dict[str, FunnelCount]]:
        """By the value of the segment and the key of the step."""
        if not self.is_kept:
            return (
                {}
                if self.failing
                else {name: found for name, found in self._rows.items() if bool(name) == bool(segment)}
            )
        found: dict[str, dict[str, FunnelCount]] = defaultdict(dict)
        for told, _, number, worth, unconverted, _ in self._sums(segment, key=None, by_day=False):
            key, _, name = told.partition(AND)
            found[name][key] = FunnelCount(number, Decimal(worth), unconverted)
        return found

    @cached_property
    def _rows(self) -> dict[str, dict[str, FunnelCount]]:
        """The same counted from the journeys. Each has one value: the whole, under a blank one, is their sum."""
        found: dict[str, dict[str, FunnelCount]] = defaultdict(dict)
        keys = [step.key for step in steps_of(self.board)]
        asked = journeys(self.board, Days.between(self.period.first, self.period.last), self.cohort)
        money = {"own_currency": self.board.workspace.currency, "reporting_currency": self.board.currency}
        filled = FUNNEL_COUNTED.fill(journeys=asked, value=value(self.board, self.by), **kept(self.board, self.by))
        for place, name, *sums in filled.rows(**money):
            for each in {name, ""}:
                before = found[each].get(keys[place], FunnelCount())
                found[each][keys[place]] = before.more(*sums)
        return found

    def _sums(self, segment: str, **asked: Any) -> list[tuple[Any, ...]]:
        series = self.tail.series.get(self.foldable.key)
        is_counted = series is not None and not (self.counting and self.counting.as_of is None)
        days, values = self.live.on("k.day")
        live = self.foldable.sums(self.live)
        return FUNNEL_SUMS.fill(kept=Fragment(f"not ({days})", values), live=live).rows(
            series=series.id if series and is_counted else None,
            segment=f"{self.cohort} {segment}".strip(),
            first_day=self.period.first,
            last_day=self.period.last,
            until=self.until,
            by_beginning=self.cohort == BEGAN,
            **asked,
        )


def _newest(counted: CountedOnDay) -> int:
    return -counted.day.toordinal()
