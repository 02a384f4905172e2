"""The journeys behind a number of the funnel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core.errors import BadInput, NotFound, RuleSaysNo
from core.sql import Fragment, load
from scorecard.queries.boards import Board
from scorecard.queries.funnel_counts import CountedOnDay, FunnelCounts
from scorecard.queries.funnel_journeys import closed, entered, journeys, kept
from scorecard.queries.funnel_losses import ClosedJourneys, cause_label
from scorecard.queries.funnel_steps import steps_of
from scorecard.queries.rows_behind import LOOK_LATER, PAGE
from scorecard.rules.days import Days
from scorecard.rules.funnel_cohorts import BEGAN, MOVED, FunnelStep
from scorecard.rules.periods import Period

FUNNEL_TRAVELLERS = load("scorecard", "funnel_travellers")
LEFT, CLOSED = "left", "closed"  # parts of a step's journeys: those that came no further, those that were closed


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
    closed_as: str = ""
    """Where to and why, where only those are told that were closed so."""
    is_by_day: bool = False
    """Whether it was known how many there are on each day, so that only the days of the page were looked at."""


@dataclass(frozen=True)
class StepQuestion:
    """Which of the journeys behind a step are asked, and which page of them. `part`: blank is all; `left` is those that
    came no further, of those that began in the period; `closed:` with a cause is those that were closed for it."""

    cohort: str = MOVED
    part: str = ""
    page: int = 1
    limit: int = PAGE

    def check(self) -> None:
        """Raises BadInput."""
        if self.part == LEFT and self.cohort != BEGAN:
            raise BadInput("Who came no further is told of those that began in the period.", field="part")
        if self.part not in ("", LEFT) and not self.cause:
            raise BadInput("A step has no such part.", field="part", facts={"parts": [LEFT, CLOSED]})

    @property
    def cause(self) -> str:
        """The key of the cause for which they were closed."""
        return self.part.removeprefix(f"{CLOSED}:") if self.part.startswith(f"{CLOSED}:") else ""

    @property
    def skipped(self) -> int:
        """How many are on the pages before."""
        return (self.page - 1) * self.limit


def step_rows(board: Board, period: Period, key: str, asked: StepQuestion) -> StepRows:
    """The journeys behind a step that the filters of the board keep, the newest first, one row each. Raises NotFound,
    BadInput, RuleSaysNo where they are too many to look at."""
    asked.check()
    steps = steps_of(board)
    place = next((place for place, step in enumerate(steps) if step.key == key), None)
    if place is None:
        raise NotFound()
    reader = _Reader(board, period, steps, place, asked)
    return reader.closed() if asked.cause else reader.came()


class _Reader:
    """Reads one page of the journeys of one step."""

    def __init__(
        self, board: Board, period: Period, steps: Sequence[FunnelStep], place: int, asked: StepQuestion
    ) -> None:
        self.board, self.period, self.place, self.asked = board, period, place, asked
        self.step = steps[place]
        has_next = asked.part == LEFT and place + 1 < len(steps)
        self.beyond = steps[place + 1] if has_next else None
        self.days = Days.between(period.first, period.last)

    def came(self) -> StepRows:
        """Those that entered the step, or came to it."""
        counts = FunnelCounts(self.board, self.period, self.asked.cohort)
        if counts.failing:
            raise RuleSaysNo(counts.failing, code="too_much", field="period", facts={})
        if counts.counting and counts.counting.as_of is None:
            raise RuleSaysNo(f"The funnel is being counted. {LOOK_LATER}", code="being_counted", field="period")
        if not counts.is_kept:
            count, rows = self._page(self._journeys(self.days), self.asked.skipped)
        else:
            by_day = self._by_day(counts)
            count, rows = sum(each.number for each in by_day), self._of_known_days(by_day)
        return StepRows(self.step, count, rows, self.asked.cohort, self.beyond, is_by_day=counts.is_kept)

    def closed(self) -> StepRows:
        """Those that were closed from it for a cause."""
        path, _, reason = self.asked.cause.rpartition(":")
        stage = self.board.blueprint.stages_by_path.get(path)
        which = ClosedJourneys.of(self.board, self.period, self.asked.cohort)
        if stage is None:
            raise NotFound()
        if which.cohort is None:
            raise RuleSaysNo("Too much happened on these days.", code="too_much", field="period", facts={})
        only = Fragment(
            "x.place = %(place)s and x.closed_in = %(closed_in)s and x.reason = %(reason)s",
            {"place": self.place, "closed_in": stage.id, "reason": reason},
        )
        found = closed(self.board, self.period, which.cohort, [self.place])
        count, rows = self._page(found, self.asked.skipped, only)
        label = cause_label(self.board.blueprint, stage.id, reason)
        return StepRows(self.step, count, rows, which.cohort, closed_as=label)

    def _journeys(self, days: Days, came: Days | None = None) -> Fragment:
        if self.asked.cohort == MOVED:
            return entered(self.board, days, self.place)
        return journeys(self.board, days, self.asked.cohort, least=self.place, came=came)

    def _by_day(self, counts: FunnelCounts) -> list[CountedOnDay]:
        """How many count on each day, the newest first; without those that came to the step beyond."""
        days = counts.by_day(self.step.key)
        if self.beyond is None:
            return days
        further = {each.day: each.number for each in counts.by_day(self.beyond.key)}
        left = (replace(each, number=each.number - further.get(each.day, 0)) for each in days)
        return [each for each in left if each.number > 0]

    def _of_known_days(self, days: Sequence[CountedOnDay]) -> tuple[Traveller, ...]:
        """The page, where it is known how many count on each day: only the days of the page are looked at."""
        shown, before, seen = [], 0, 0
        for each in days:
            if seen + each.number <= self.asked.skipped:
                before = seen + each.number
            elif seen < self.asked.skipped + self.asked.limit:
                shown.append(each)
            seen += each.number
        within = Days.of(each.day for each in shown)
        if self.asked.cohort == MOVED:  # a journey that enters twice counts on the first day of the period only
            found = entered(self.board, within, self.place, since=self.period.first)
        else:
            found = self._journeys(within, Days.of(day for each in shown for day in each.came_on))
        return self._page(found, self.asked.skipped - before)[1] if shown else ()

    def _page(self, found: Fragment, skipped: int, only: Fragment | None = None) -> tuple[int, tuple[Traveller, ...]]:
        """How many they are, and those of the page."""
        mine = Fragment("x.place = %(place)s", {"place": self.place})
        if self.beyond:
            mine = Fragment(f"{mine.sql} and x.furthest = x.place", mine.values)
        filled = FUNNEL_TRAVELLERS.fill(journeys=found, only=only or mine, **kept(self.board))
        rows = filled.rows(most=self.asked.limit, skipped=skipped)
        if not rows and skipped:  # beyond the last page
            return next((each[0] for each in filled.rows(most=1, skipped=0)), 0), ()
        return (rows[0][0] if rows else 0), tuple(Traveller(*row[1:]) for row in rows)
