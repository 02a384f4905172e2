"""One seam of the funnel in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import starmap

from core.errors import NotFound, RuleSaysNo
from core.sql import Fragment, load
from handoffs.queries.promise_ledger import SellersPromises, by_seller
from handoffs.queries.time_to_touch import DelaysOfSeam, delays_of_seam
from scorecard.queries.boards import Board
from scorecard.queries.funnel_journeys import check_funnel_filters
from scorecard.queries.seam_lines import IS_OPEN, FunnelLine, SeamLines
from scorecard.rules.periods import Period

REASONS_OF_SEAM = load("scorecard", "reasons_of_seam")
LATE_AT_SEAM = load("scorecard", "late_at_seam")
DAY = timedelta(days=1)


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
    promises: tuple[SellersPromises, ...] = ()
    delays: DelaysOfSeam | None = None


def seam_page(board: Board, period: Period, key: str, *, with_rows: bool = True) -> SeamPage:
    """One seam in full, of what the filters of the board keep, in eight queries, two more with filters; without the
    handoffs that are late unless rows may be seen. Raises NotFound, BadInput, and RuleSaysNo where there are too many
    to look at."""
    check_funnel_filters(board)
    lines = SeamLines(board, period)
    if lines.failing:
        raise RuleSaysNo(lines.failing, code="being_counted" if lines.is_kept else "too_much", field="period", facts={})
    line = next((each for each in lines.all() if each.seam.key == key), None)
    if line is None:
        raise NotFound()
    rejected = lines.of_period(REASONS_OF_SEAM, "h.seam_id = %(seam)s and h.state = 'rejected'", seam=line.seam.id)
    reasons = tuple((label or "Without a reason", count, bool(label)) for label, count in rejected.rows())
    is_late = Fragment(
        f"{IS_OPEN} and h.seam_id = %(seam)s and h.due_at <= %(at)s", {"seam": line.seam.id, "at": board.at}
    )
    late = lines.filled(LATE_AT_SEAM, is_late).rows() if with_rows else []
    breaches = tuple(starmap(Late, late))
    keys = tuple(metric.key for metric in board.blueprint.metrics if metric.parameters.get("seam") == key)
    since, until = (datetime.combine(day, time(), board.zone) for day in (period.first, period.last + DAY))
    delays = delays_of_seam(line.seam.id, since, until)
    return SeamPage(line, reasons, breaches, keys, tuple(by_seller(line.seam.id, since, until)), delays)
