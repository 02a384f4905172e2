"""One seam of the funnel in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import starmap

from core.errors import NotFound
from core.sql import load
from scorecard.queries.boards import Board
from scorecard.queries.funnel import FunnelLine, lines_of, near
from scorecard.rules.days import Days
from scorecard.rules.periods import Period

REASONS_OF_SEAM = load("scorecard", "reasons_of_seam")
LATE_AT_SEAM = load("scorecard", "late_at_seam")


@dataclass(frozen=True)
class Late:
    """An open handoff past its due time."""

    number: int
    record_name: str
    record_number: int
    assignee: str
    due_at: datetime


@dataclass(frozen=True)
class SeamPage:
    """A seam with what was refused and why, and what is late now."""

    line: FunnelLine
    reasons: tuple[tuple[str, int, bool], ...]
    breaches: tuple[Late, ...]
    metric_keys: tuple[str, ...]


def seam_page(board: Board, period: Period, key: str, *, with_rows: bool = True) -> SeamPage:
    """One seam in full, in five queries; without the handoffs that are late unless rows may be seen. Raises
    NotFound."""
    line = next((each for each in lines_of(board, period) if each.seam.key == key), None)
    if line is None:
        raise NotFound()
    days = Days.between(period.first, period.last)
    refusals = REASONS_OF_SEAM.fill(**near(board, days, "h.offered_at", "offer.day"))
    told = refusals.rows(zone=str(board.zone), seam=line.seam.id)
    reasons = tuple((label or "Without a reason", count, bool(label)) for label, count in told)
    late = LATE_AT_SEAM.rows(seam=line.seam.id, at=board.at) if with_rows else []
    breaches = tuple(starmap(Late, late))
    keys = tuple(metric.key for metric in board.blueprint.metrics if metric.parameters.get("seam") == key)
    return SeamPage(line, reasons, breaches, keys)
