"""What came across the seams of the journey: the offers of a period, and those that are open, that filters keep."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.conf import settings

from blueprint.schema import MetricTerms, SeamTerms
from core.sql import Fragment, SqlFile, load
from scorecard import sets
from scorecard.queries.boards import Board, owners_of
from scorecard.queries.unfolded import happened
from scorecard.rules.days import Days
from scorecard.rules.periods import Period
from scorecard.rules.totals import ratio

SEAMS_OF_PERIOD = load("scorecard", "seams_of_period")
OPEN_BY_SEAM = load("scorecard", "open_by_seam")
IS_OPEN = "h.state = 'offered'"
MOST_OFFERS = 10_000  # so many are looked at by filters while somebody waits: 50 ms for each thousand, twice
TOO_MUCH = (
    "Too many handoffs were offered on these days, or are open, to look at each with these filters while you wait. "
    "Choose a shorter period, or no filter."
)
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
    median_minutes: float | None
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


class SeamLines:
    """The seams under the filters of a board, which are told of each offer as of any metric of a seam. `failing` says
    why they cannot be counted with these filters, where they cannot."""

    def __init__(self, board: Board, period: Period) -> None:
        self.board, self.days = board, Days.between(period.first, period.last)
        self.seams, self.failing = board.blueprint.seams, ""
        if board.filters and self._are_too_many():
            self.failing = TOO_MUCH

    def _are_too_many(self) -> bool:
        """Two queries."""
        unfiltered = replace(self.board, filters=())
        opened = sum(number for _, number, _ in _filled(unfiltered, OPEN_BY_SEAM, IS_OPEN).rows(at=self.board.at))
        most, seams = min(MOST_OFFERS, settings.SCORECARD_MOST_LIVE), list(self.board.blueprint.seams_by_id)
        return opened > most or happened(self.board, [self.days], most, seams=seams) > most

    def all(self) -> tuple[FunnelLine, ...]:
        """Every seam in its order, the one that lost most marked. Three queries."""
        told: dict[Any, list[Any]] = {}
        opened: dict[Any, list[Any]] = {}
        if not self.failing:
            told = {seam_id: rest for seam_id, *rest in self.of_period(SEAMS_OF_PERIOD).rows(at=self.board.at)}
            opened = {seam_id: rest for seam_id, *rest in self.filled(OPEN_BY_SEAM, IS_OPEN).rows(at=self.board.at)}
        owners = owners_of(self.seams)
        lines = [
            FunnelLine(
                seam,
                owners.get(seam.owner, ""),
                *told.get(seam.id, (0, 0, 0, 0, None)),
                *opened.get(seam.id, (0, 0)),
            )
            for seam in self.seams
        ]
        worst = max(lines, key=lambda line: line.loss, default=None)
        return tuple(replace(line, is_leakiest=line is worst and line.loss > 0) for line in lines)

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


def _filled(board: Board, file: SqlFile, asked: Fragment | str, **places: Fragment) -> SqlFile:
    """A statement over some handoffs, those that all filters of a board keep."""
    return file.fill(asked=asked, **sets.narrowing(board.question(AS_METRIC), are_rows=False), **places)
