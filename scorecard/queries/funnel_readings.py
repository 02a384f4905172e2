"""What is kept of the funnel's journeys for a period, and live sums of the days that readings do not know."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.sql import Fragment, load
from scorecard.queries.boards import Board
from scorecard.queries.foldables import Foldable
from scorecard.queries.unfolded import Unfolded, is_too_much
from scorecard.rules.counting import Counting
from scorecard.rules.days import Days
from scorecard.rules.periods import Period

FUNNEL_SUMS = load("scorecard", "funnel_sums")


class FunnelReadings:
    """One series of the funnel; `until` is the last day that is looked at. Where too much happened on days that are not
    kept yet, `counting` says how far it is, and sums are as they were counted last. One query where days are not."""

    def __init__(self, board: Board, foldable: Foldable, tail: Unfolded, period: Period, until: date) -> None:
        self.foldable, self.tail, self.period, self.until = foldable, tail, period, until
        self.live = tail.days(board, foldable).clipped(period.first, until)
        self.counting: Counting | None = None
        if is_too_much(board, [self.live]):
            self.live, self.counting = Days(()), tail.counting(foldable, period.first)

    @property
    def is_uncounted(self) -> bool:
        """Whether days of the period were never counted."""
        return self.counting is not None and self.counting.as_of is None

    def sums(
        self, segment: str, *, by_beginning: bool, key: str | None = None, by_day: bool = False
    ) -> list[tuple[Any, ...]]:
        """What `funnel_sums.sql` tells. One query."""
        series = None if self.is_uncounted else self.tail.series.get(self.foldable.key)
        days, values = self.live.on("k.day")
        live = self.foldable.sums(self.live)
        return FUNNEL_SUMS.fill(kept=Fragment(f"not ({days})", values), live=live).rows(
            series=series.id if series else None,
            segment=segment,
            key=key,
            first_day=self.period.first,
            last_day=self.period.last,
            until=self.until,
            by_beginning=by_beginning,
            by_day=by_day,
        )
