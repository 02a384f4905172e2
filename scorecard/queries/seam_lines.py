"""What came across the seams of the journey: the offers of a period, and those that are open, that filters keep.

How they were answered is read from readings, where no filter narrows them; those without an answer are few."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings

from blueprint.schema import MetricTerms, SeamTerms
from core.sql import Fragment, SqlFile, load
from scorecard import sets
from scorecard.kinds import KINDS
from scorecard.queries.boards import Board, owners_of
from scorecard.queries.course import Course
from scorecard.queries.foldables import answers_at
from scorecard.queries.readings import courses
from scorecard.queries.unfolded import Unfolded, happened
from scorecard.rules.counting import Counting, together
from scorecard.rules.days import Days
from scorecard.rules.periods import Period
from scorecard.rules.totals import Figure, exact, ratio

SEAMS_OF_PERIOD = load("scorecard", "seams_of_period")
OPEN_BY_SEAM = load("scorecard", "open_by_seam")
IS_OPEN = "h.state = 'offered'"
MOST_OFFERS = 10_000  # so many are looked at by filters while somebody waits: 50 ms for each thousand, twice
TOO_MUCH = (
    "Too many handoffs were offered on these days, or are open, to look at each with these filters while you wait. "
    "Choose a shorter period, or no filter."
)
BEING_COUNTED = "What was offered on these days is being counted. Come back in some minutes."
# What offers are placed in segments as, like those of every metric of a seam.
AS_METRIC = MetricTerms.model_validate(
    {
        "key": "offers",
        "label": "Offers",
        "kind": "count",
        "unit": "count",
        "parameters": {"dated": "handoffs.offered_at"},
    }
)


@dataclass(frozen=True)
class FunnelLine:
    """A seam in the period: offers made in it and what became of them; open breaches are those of this moment."""

    seam: SeamTerms
    owner: str
    offered: int
    accepted: int
    rejected: int
    late: int
    median_minutes: Decimal | None
    open_count: int
    open_breaches: int
    is_leakiest: bool = False

    @property
    def conversion(self) -> Decimal | None:
        """Accepted, of all offered."""
        return ratio(self.accepted, self.offered)

    @property
    def answered_conversion(self) -> Decimal | None:
        """Accepted, of those that were answered."""
        return ratio(self.accepted, self.accepted + self.rejected)

    @property
    def loss(self) -> int:
        """What did not come across: rejected, or past due and unanswered. Volume × drop."""
        return self.rejected + self.late


@dataclass(frozen=True)
class OffersOfPeriod:
    """What became of the offers of a period at one seam."""

    offered: int = 0
    accepted: int = 0
    rejected: int = 0
    late: int = 0
    median_minutes: Decimal | None = None

    @classmethod
    def answered(cls, figure: Figure, offered: int, late: int) -> OffersOfPeriod:
        """From those that were answered, and how many were not, of which some are late."""
        accepted, answered = int(figure.numerator), int(figure.denominator)
        return cls(answered + offered, accepted, answered - accepted, late, figure.median)


class SeamLines:
    """The seams under the filters of a board, which are told of each offer as of any metric of a seam. `failing` says
    why they cannot be counted, where they cannot; `counting` how far the counting of what they say is, where it is not
    of this moment."""

    def __init__(self, board: Board, period: Period, tail: Unfolded | None = None) -> None:
        self.board, self.period, self.days = board, period, Days.between(period.first, period.last)
        self.seams, self.failing = board.blueprint.seams, ""
        self.counting: Counting | None = None
        self.answers: dict[UUID, Figure] | None = None
        self.is_kept = not board.filters and board.standpoint.is_usual
        if self.is_kept:
            self._look_for_readings(tail)
        if (self.answers is None or self.counting) and self._are_few():
            self.answers, self.counting = None, None
        elif self.answers is None:
            self.counting = None
            self.failing = BEING_COUNTED if self.is_kept else TOO_MUCH

    def _look_for_readings(self, tail: Unfolded | None) -> None:
        """How the offers of the period were answered, by seam, where that is kept."""
        asked = {seam.id: answers_at(self.board, seam) for seam in self.seams}
        found = courses(self.board, [*asked.values()], self.period.first, self.period.last, tail=tail)
        keys = {metric.key for metric in asked.values()}
        self.counting = together(self.board.counting[key] for key in keys & self.board.counting.keys())
        if not keys & self.board.failing.keys() and not any(map(self.board.is_uncounted, keys)):
            nothing = Course(KINDS["acceptance"])
            self.answers = {
                seam_id: found[metric.key].get("", nothing).figure(self.period) for seam_id, metric in asked.items()
            }

    def _are_few(self) -> bool:
        """Whether each may be looked at while somebody waits. Two queries."""
        unfiltered = replace(self.board, filters=())
        opened = sum(row[1] for row in _opened(unfiltered, self.days))
        most, seams = min(MOST_OFFERS, settings.SCORECARD_MOST_LIVE), list(self.board.blueprint.seams_by_id)
        return opened <= most and happened(self.board, [self.days], most, seams=seams) <= most

    def all(self) -> tuple[FunnelLine, ...]:
        """Every seam in its order, the one that lost most marked. Three queries at most."""
        opened = {} if self.failing else {row[0]: row[1:] for row in _opened(self.board, self.days)}
        told = {} if self.failing else self.from_rows() if self.answers is None else self._from_readings(opened)
        owners = owners_of(self.seams)
        lines = [
            FunnelLine(
                seam,
                owners.get(seam.owner, ""),
                *astuple(told.get(seam.id, OffersOfPeriod())),
                *opened.get(seam.id, (0, 0))[:2],
            )
            for seam in self.seams
        ]
        worst = max(lines, key=lambda line: line.loss, default=None)
        return tuple(replace(line, is_leakiest=line is worst and line.loss > 0) for line in lines)

    def from_rows(self) -> dict[UUID, OffersOfPeriod]:
        """By seam, from the handoffs. One query."""
        rows = self.of_period(SEAMS_OF_PERIOD).rows(at=self.board.at)
        return {seam_id: OffersOfPeriod(*counts, median_minutes=_exactly(median)) for seam_id, *counts, median in rows}

    def _from_readings(self, opened: Mapping[UUID, tuple[int, ...]]) -> dict[UUID, OffersOfPeriod]:
        """By seam, from how offers were answered and what is open: what was recalled is neither."""
        answers = self.answers or {}
        return {
            seam.id: OffersOfPeriod.answered(answers[seam.id], *opened.get(seam.id, (0, 0, 0, 0))[2:])
            for seam in self.seams
        }

    def of_period(self, file: SqlFile, only: str = "true", **values: Any) -> SqlFile:
        """A statement over the offers of the period."""
        near = self.days.near("h.offered_at", self.board.zone)
        asked = Fragment(
            f"h.seam_id = any(%(seams)s) and {near} and {only}", {"seams": [seam.id for seam in self.seams], **values}
        )
        return self.filled(file, asked, days=Fragment(*self.days.on("x.day")))

    def filled(self, file: SqlFile, asked: Fragment | str, **places: Fragment) -> SqlFile:
        """A statement over some handoffs, those that all filters keep."""
        return _filled(self.board, file, asked, **places)


def _opened(board: Board, days: Days) -> list[tuple[Any, ...]]:
    """What is open at each seam, and of that what was offered on the days."""
    return _filled(board, OPEN_BY_SEAM, IS_OPEN, days=Fragment(*days.on("x.day"))).rows(at=board.at)


def _exactly(median: float | None) -> Decimal | None:
    return None if median is None else exact(Decimal(median))


def _filled(board: Board, file: SqlFile, asked: Fragment | str, **places: Fragment) -> SqlFile:
    """A statement over some handoffs, those that all filters of a board keep."""
    return file.fill(asked=asked, **sets.narrowing(board.question(AS_METRIC), are_rows=False), **places)
