"""What readings do not know yet: which days of a series must be counted from the rows, and whether that is too much."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings

from core.sql import load
from scorecard.queries.boards import Board
from scorecard.queries.foldables import Foldable
from scorecard.rules.counting import Counting
from scorecard.rules.days import Days

UNFOLDED = load("scorecard", "unfolded")
HAPPENED = load("scorecard", "happened")


@dataclass(frozen=True)
class Series:
    """A series in force as a page needs it: see `scorecard.models.ReadingSeries`."""

    id: UUID
    statement: str
    pending: Days
    share: Decimal
    uncounted_until: date | None
    folded_until: datetime

    @classmethod
    def of_row(
        cls,
        id: UUID,
        statement: str,
        pending: str,
        pending_days: int,
        whole_days: int,
        uncounted: date | None,
        at: datetime,
    ) -> Series:
        spans = [
            (first and date.fromisoformat(first), last and date.fromisoformat(last))
            for first, last in json.loads(pending)
        ]
        share = Decimal(max(0, whole_days - pending_days)) / max(1, whole_days)
        return cls(id, statement, Days.over(*spans), share.quantize(Decimal("0.01")), uncounted, at)

    def lacks(self, first: date | None) -> bool:
        """Whether days from `first` on (None: any day) were never counted."""
        return self.uncounted_until is not None and (first is None or first <= self.uncounted_until)


@dataclass(frozen=True)
class Unfolded:
    """The series in force with their pending days, and the marks; a mark without a day is of all days."""

    series: Mapping[tuple[UUID | None, str], Series]
    marks: frozenset[tuple[date | None, str]]

    def days(self, board: Board, foldable: Foldable) -> Days:
        """The days that must be counted from the rows: marked ones, pending ones, and those that move with time."""
        found = self.found(foldable)
        if found is None or foldable.is_restless:
            return Days.every()
        return found.pending.joined(self.marked(foldable), moved_since(board, foldable, found.folded_until))

    def found(self, foldable: Foldable) -> Series | None:
        """Its series, where that is added up as it is now."""
        series = self.series.get(foldable.key)
        return series if series and series.statement == foldable.statement else None

    def marked(self, foldable: Foldable) -> Days:
        """The days that marks name."""
        days = {day for day, about in self.marks if about in foldable.marks}
        return Days.every() if None in days else Days.of(day for day in days if day)

    def counting(self, foldable: Foldable, first: date | None) -> Counting:
        """How far the counting is; without a moment where days from `first` on were never counted."""
        found = self.found(foldable)
        if found is None:
            return Counting(Decimal(0), None)
        return Counting(found.share, None if found.lacks(first) else found.folded_until)


def moved_since(board: Board, foldable: Foldable, moment: datetime) -> Days:
    """The days whose sums changed since then by mere waiting."""
    moving = foldable.moving(min(board.day(moment), board.today), board.today)
    return Days.between(*moving) if moving else Days(())


NOTHING_FOLDED = Unfolded({}, frozenset())


def unfolded(board: Board) -> Unfolded:
    """What is not folded yet. One query."""
    rows = UNFOLDED.rows()
    series = {
        (metric_id, definition): Series.of_row(id, *rest)
        for _, about, id, metric_id, definition, *rest in rows
        if about is None
    }
    return Unfolded(series, frozenset((day, about) for day, about, *_ in rows if about is not None))


def is_too_much(board: Board, reaches: Iterable[Days], times: int = 1) -> bool:
    """Whether more happened on these days than is counted while somebody waits, or than so many times that. One query,
    or none for no days."""
    most = settings.SCORECARD_MOST_LIVE * times
    return happened(board, reaches, most) > most


def happened(
    board: Board,
    reaches: Iterable[Days],
    most: int,
    *,
    stages: Sequence[UUID] | None = None,
    seams: Sequence[UUID] | None = None,
) -> int:
    """How much happened on these days, or only in these stages and at these seams, counted up to one more than `most`.
    One query, or none for no days."""
    if stages is None and seams is None:
        stages, seams = list(board.blueprint.stages_by_id), list(board.blueprint.seams_by_id)
    days = Days(()).joined(*reaches)
    if not days:
        return 0
    lows, highs = zip(*days.moments(board.zone), strict=True)
    [(number,)] = HAPPENED.rows(
        stages=list(stages or ()),
        seams=list(seams or ()),
        lows=list(lows),
        highs=list(highs),
        most=most + 1,
    )
    return int(number)
