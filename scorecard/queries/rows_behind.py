"""The rows behind a number: the very samples it was added up from, each with its record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from blueprint.schema import MetricTerms
from core.errors import BadInput
from core.sql import load
from scorecard import sets
from scorecard.queries.boards import Board
from scorecard.rules.days import Days
from scorecard.rules.periods import Period
from scorecard.rules.totals import STOCK_KINDS, Figure

PAGE = 50
# What can be opened for each kind, the first unless told otherwise: part → what a person calls it.
PARTS: dict[str, dict[str, str]] = {
    "conversion": {"counted": "All that entered", "numerator": "Converted", "missed": "Not yet"},
    "win_rate": {"counted": "Closed", "numerator": "Won", "missed": "Lost"},
    "average_deal": {"counted": "Won"},
    "cycle": {"counted": "Won"},
    "velocity": {"counted": "Closed", "numerator": "Won", "open": "Open"},
    "aging": {"open": "Open", "late": "Past the age limit", "measured": "Left the stage"},
    "acceptance": {"counted": "Answered", "numerator": "Accepted", "missed": "Rejected"},
    "acted": {"counted": "Marked ready", "numerator": "Acted on in time", "missed": "Not in time"},
    "attainment": {"counted": "Answered or past due", "numerator": "In time", "missed": "Breached"},
    "first_touch": {"counted": "All", "numerator": "In time", "measured": "Touched", "aside": "Not yet touched"},
    "leakage": {"counted": "Settled", "numerator": "Leaked", "missed": "Answered in time"},
    "sourced": {"all": "All opportunities", "numerator": "From marketing"},
}


def part_counts(kind: str, figure: Figure) -> dict[str, Decimal]:
    """How many rows stand behind each part, where sums are counts."""
    if kind in ("average_deal", "cycle"):
        return {"counted": figure.denominator}
    if kind == "sourced":
        return {}
    counts = {
        "counted": figure.denominator,
        "numerator": figure.numerator,
        "missed": figure.denominator - figure.numerator,
        "open": figure.open_count,
    }
    if kind == "first_touch":
        counts |= {"aside": figure.aside, "measured": figure.denominator - figure.aside}
    return {part: counts[part] for part in PARTS[kind] if part in counts}


@dataclass(frozen=True)
class RowBehind:
    """One record that counts, on the day it counts. `measure`: days or minutes, by the metric's unit. `is_testimony`:
    some of its stages are told by a file, not seen here."""

    day: date
    numerator: Decimal
    denominator: Decimal
    aside: Decimal
    measure: int | None
    cause: str
    number: int
    name: str
    kind: str
    stage: str
    owner: str
    amount: Decimal | None
    currency: str
    handoff: int | None
    is_testimony: bool


@dataclass(frozen=True)
class Behind:
    """A page of rows, and what all of them come to."""

    metric: MetricTerms
    period: Period
    segment: str
    value: str
    part: str
    rows: tuple[RowBehind, ...]
    total: int
    numerator: Decimal
    denominator: Decimal
    page: int
    limit: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.limit))


ROWS_BEHIND_COUNT = load("scorecard", "rows_behind_count")
ROWS_BEHIND_PAGE = load("scorecard", "rows_behind_page")


def rows_behind(
    board: Board,
    metric: MetricTerms,
    period: Period,
    *,
    segment: str = "",
    value: str = "",
    part: str = "",
    page: int = 1,
    limit: int = PAGE,
) -> Behind:
    """One page of the samples behind a number. Two queries. Raises BadInput for a segment or part it has not."""
    board.check_countable(metric)
    board.check_segment(metric, segment)
    parts = PARTS[metric.kind]
    part = part or next(iter(parts))
    if part not in parts:
        raise BadInput("The metric has no such part.", field="part", facts={"parts": list(parts)})
    is_stock = part in ("open", "late") and metric.kind in STOCK_KINDS
    days = Days.between(None if is_stock else period.first, period.last)
    samples = sets.rows(board.question(metric, days), segment=segment, value=value, part=part)
    page = max(1, page)
    [(total, numerator, denominator)] = ROWS_BEHIND_COUNT.fill(samples=samples).rows()
    found = ROWS_BEHIND_PAGE.fill(samples=samples).rows(most=limit, skipped=(page - 1) * limit)
    rows = tuple(RowBehind(*row) for row in found)
    return Behind(metric, period, segment, value, part, rows, total, numerator, denominator, page, limit)
