"""A metric by two segments at once: a table of figures, counted from the rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from blueprint.schema import MetricTerms
from scorecard.queries.boards import Board
from scorecard.queries.readings import Unfolded, courses
from scorecard.rules.periods import Period
from scorecard.rules.totals import Figure
from scorecard.segments import AND


@dataclass(frozen=True)
class CrossRow:
    """One value of the first segment, with a figure for each value of the second; None where nothing counts."""

    value: str
    figures: tuple[Figure | None, ...]


@dataclass(frozen=True)
class Crossed:
    """The values of two segments, the weightiest first."""

    by: str
    then: str
    columns: tuple[str, ...]
    rows: tuple[CrossRow, ...]


def crossed(board: Board, metric: MetricTerms, period: Period, *, by: str, then: str, tail: Unfolded) -> Crossed | None:
    """The table; None where one segment is not asked for, or both are the same. Raises BadInput for one it has not."""
    if not by or not then or by == then:
        return None
    board.check_segment(metric, then)
    pairs = courses(board, [metric], period.first, period.last, segment=f"{by}{AND}{then}", tail=tail)[metric.key]
    found: dict[tuple[str, str], Figure] = {}
    for pair, course in pairs.items():
        value, _, second = pair.partition(AND)
        figure = course.figure(period)
        if figure.counts_anything:
            found[value, second] = figure
    columns = _weightiest(found, 1)
    rows = (CrossRow(row, tuple(found.get((row, column)) for column in columns)) for row in _weightiest(found, 0))
    return Crossed(by, then, columns, tuple(rows))


def _weight(figure: Figure) -> Decimal:
    return figure.denominator + figure.open_count + figure.aside + figure.unconverted


def _weightiest(found: dict[tuple[str, str], Figure], place: int) -> tuple[str, ...]:
    weights: dict[str, Decimal] = defaultdict(Decimal)
    for pair, figure in found.items():
        weights[pair[place]] += _weight(figure)
    return tuple(sorted(weights, key=lambda value: (-weights[value], value)))
