"""The rows behind a number: the very samples it was added up from, each with its record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from blueprint.schema import MetricTerms
from core.errors import BadInput
from core.sql import load
from scorecard import sets
from scorecard.kinds import kind_of
from scorecard.queries.boards import Board
from scorecard.rules.days import Days
from scorecard.rules.periods import Period

PAGE = 50


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
    kind = kind_of(metric)
    part = part or next(iter(kind.parts))
    if part not in kind.parts:
        raise BadInput("The metric has no such part.", field="part", facts={"parts": list(kind.parts)})
    is_stock = part in ("open", "late") and kind.has_stock
    days = Days.between(None if is_stock else period.first, period.last)
    samples = sets.rows(board.question(metric, days), segment=segment, value=value, part=part)
    page = max(1, page)
    [(total, numerator, denominator)] = ROWS_BEHIND_COUNT.fill(samples=samples).rows()
    found = ROWS_BEHIND_PAGE.fill(samples=samples).rows(most=limit, skipped=(page - 1) * limit)
    rows = tuple(RowBehind(*row) for row in found)
    return Behind(metric, period, segment, value, part, rows, total, numerator, denominator, page, limit)
