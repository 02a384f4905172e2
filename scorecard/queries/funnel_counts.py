"""How many journeys came to each step of the funnel: kept readings, and live sums of the days they do not know; with
filters that readings do not tell, the journeys themselves."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from core.sql import load
from scorecard.queries.boards import Board
from scorecard.queries.foldables import of_funnel
from scorecard.queries.funnel_journeys import check_funnel_filters, journeys, kept, value
from scorecard.queries.funnel_readings import FunnelReadings
from scorecard.queries.funnel_steps import steps_of
from scorecard.queries.unfolded import Unfolded, is_too_much, unfolded
from scorecard.rules.counting import Counting
from scorecard.rules.days import Days
from scorecard.rules.funnel_cohorts import BEGAN, MOVED, SPLITS, FunnelCount, FunnelSplit, FunnelStep, with_counts
from scorecard.rules.periods import Period
from scorecard.segments import AND

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
        self.failing = ""
        self.counting: Counting | None = None
        self.is_kept = not board.filters or (
            len(board.filters) == 1 and board.filters[0][0] in SPLITS and by in ("", board.filters[0][0])
        )
        if self.is_kept:
            until = board.today if cohort == BEGAN else period.last
            self.readings = FunnelReadings(board, of_funnel(board), tail or unfolded(board), period, until)
            self.counting = self.readings.counting
        elif is_too_much(board, [Days.between(period.first, period.last)], times=MORE_FROM_ROWS):
            self.failing = TOO_MUCH

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
        asked = key + AND + name if segment else key
        rows = self.readings.sums(self._told_by(segment), by_beginning=self.cohort == BEGAN, key=asked, by_day=True)
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
        rows = self.readings.sums(self._told_by(segment), by_beginning=self.cohort == BEGAN)
        for told, _, number, worth, unconverted, _ in rows:
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

    def _told_by(self, segment: str) -> str:
        """The segment of readings that tells the cohort by what it is split by."""
        return f"{self.cohort} {segment}".strip()


def _newest(counted: CountedOnDay) -> int:
    return -counted.day.toordinal()
