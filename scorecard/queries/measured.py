"""One metric in full: its course, its parts by segment, its distribution."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from blueprint.schema import MetricTerms
from scorecard.queries.boards import Board, owners_of
from scorecard.queries.course import Course
from scorecard.queries.headline import MetricCard, card_of, first_of
from scorecard.queries.readings import courses, unfolded
from scorecard.queries.unconverted import WithoutRate, unconverted_by_currency
from scorecard.rules.periods import Period
from scorecard.rules.totals import Figure, band, quantile, summed

MOST_BARS = 16


@dataclass(frozen=True)
class Slice:
    """One value of a segment."""

    value: str
    figure: Figure
    band: str


@dataclass(frozen=True)
class Spread:
    """One bar of a distribution: `count` from `low` up to and including `high`."""

    low: int
    high: int
    count: int


@dataclass(frozen=True, kw_only=True)
class Measured(MetricCard):
    """A metric's page."""

    period: Period
    step: str
    segment: str
    segment_value: str
    slices: tuple[Slice, ...] = ()
    spread: tuple[Spread, ...] = ()
    unconverted: tuple[WithoutRate, ...] = ()


def measured(
    board: Board,
    metric: MetricTerms,
    period: Period,
    *,
    step: str = "",
    segment: str = "",
    value: str = "",
    by: str = "",
) -> Measured:
    """The metric for the whole or one value of a segment, and beside it every value of the segment `by`.

    Raises BadInput for a segment the metric is not read by."""
    for each in (segment, by):
        board.check_segment(metric, each)
    tail, step = unfolded(board), step or period.step
    found = courses(board, [metric], first_of(period), period.last, segment=segment, value=value, tail=tail)
    parts = courses(board, [metric], period.first, period.last, segment=by, tail=tail)[metric.key] if by else {}
    course = found[metric.key].get(value)
    card = card_of(board, metric, course, period, step, owners_of([metric]))
    is_short = bool(card.figure.unconverted)
    days = course.days.items() if course and not card.failing else ()
    return Measured(
        **vars(card),
        period=period,
        step=step,
        segment=segment,
        segment_value=value,
        unconverted=unconverted_by_currency(board, metric, period, segment=segment, value=value) if is_short else (),
        slices=() if card.failing else _slices(metric, parts, period),
        spread=bars(dict(summed(totals for day, totals in days if period.first <= day <= period.last).distribution)),
    )


def _slices(metric: MetricTerms, parts: dict[str, Course], period: Period) -> tuple[Slice, ...]:
    """Every value that counts for something, the weightiest first."""
    figures = [(name, course.figure(period)) for name, course in parts.items()]
    found = [
        Slice(name, figure, band(figure.value, metric.target, metric.direction))
        for name, figure in figures
        if figure.denominator or figure.numerator or figure.open_count or figure.aside or figure.unconverted
    ]
    return tuple(sorted(found, key=lambda part: (-part.figure.denominator, -part.figure.open_count, part.value)))


def bars(distribution: dict[int, int]) -> tuple[Spread, ...]:
    """A distribution as at most sixteen bars of equal width; the last holds all beyond the 95th percentile."""
    counted = sorted((value, count) for value, count in distribution.items() if count > 0)
    if not counted:
        return ()
    cut = int(quantile(distribution, Decimal("0.95")) or 0)
    low, high = counted[0][0], counted[-1][0]
    width = _round_width(max(1, -(-(cut - low + 1) // MOST_BARS)))
    edges = range(low // width * width, cut + 1, width)
    found = []
    for edge in edges:
        end = max(high, edge + width - 1) if edge == edges[-1] else edge + width - 1
        found.append(Spread(edge, end, sum(count for value, count in counted if edge <= value <= end)))
    return tuple(found)


def _round_width(width: int) -> int:
    """1, 2, 5, 10, 15, 30, 60, … : widths people count by."""
    nice = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440)
    return next((each for each in nice if each >= width), -(-width // 1440) * 1440)
