"""One metric in full: its course, its parts by segment, its distribution."""

from __future__ import annotations

from dataclasses import dataclass

from blueprint.schema import MetricTerms
from scorecard.queries.boards import Board
from scorecard.queries.headline import owners_of
from scorecard.queries.readings import Course, courses, unfolded
from scorecard.rules.periods import Period
from scorecard.rules.totals import NO_FIGURE, Delta, Figure, Pull, band, delta, summed, what_fell


@dataclass(frozen=True)
class Bucket:
    """One point of a trend."""

    period: Period
    figure: Figure


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


@dataclass(frozen=True)
class Measured:
    """A metric's page."""

    metric: MetricTerms
    period: Period
    step: str
    segment: str
    segment_value: str
    figure: Figure
    before: Figure | None
    delta: Delta | None
    band: str
    trend: tuple[Bucket, ...]
    slices: tuple[Slice, ...]
    spread: tuple[Spread, ...]
    fell: tuple[Pull, ...]
    owner: str
    failing: str = ""
    """Why it cannot be counted; then its figure has no value and it has no course."""


MOST_BARS = 16


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
    step = step or period.step
    tail = unfolded(board)
    first = period.before.first if period.before else period.first
    found = courses(board, [metric], first, period.last, segment=segment, value=value, tail=tail)
    parts = courses(board, [metric], period.first, period.last, segment=by, tail=tail)[metric.key] if by else {}
    owner = owners_of([metric]).get(metric.owner, "")
    if why := board.failing.get(metric.key):
        told = (metric, period, step, segment, value, NO_FIGURE, None, None, "none")
        return Measured(*told, trend=(), slices=(), spread=(), fell=(), owner=owner, failing=why)
    course = found[metric.key].get(value) or Course(metric.kind)
    now, before = course.figure(period), course.figure(period.before) if period.before else None
    buckets = list(period.buckets(step))
    days = [totals for day, totals in course.days.items() if period.first <= day <= period.last]
    return Measured(
        metric=metric,
        period=period,
        step=step,
        segment=segment,
        segment_value=value,
        figure=now,
        before=before,
        delta=delta(now.value, before.value if before else None, metric.direction),
        band=band(now.value, metric.target, metric.direction),
        trend=tuple(map(Bucket, buckets, course.figures(buckets))),
        slices=_slices(metric, parts, period),
        spread=bars(dict(summed(days).distribution)),
        fell=what_fell(now.inputs, before.inputs if before else None),
        owner=owner,
    )


def _slices(metric: MetricTerms, parts: dict[str, Course], period: Period) -> tuple[Slice, ...]:
    """Every value that counts for something, the weightiest first."""
    found = []
    for name, course in parts.items():
        figure = course.figure(period)
        if figure.denominator or figure.numerator or figure.open_count or figure.aside:
            found.append(Slice(name, figure, band(figure.value, metric.target, metric.direction)))
    return tuple(sorted(found, key=lambda part: (-part.figure.denominator, -part.figure.open_count, part.value)))


def bars(distribution: dict[int, int]) -> tuple[Spread, ...]:
    """A distribution as at most sixteen bars of equal width; the last holds all beyond the 95th percentile."""
    counted = sorted((value, count) for value, count in distribution.items() if count > 0)
    if not counted:
        return ()
    total, seen, cut = sum(count for _, count in counted), 0, counted[-1][0]
    for value, count in counted:
        seen += count
        if seen >= total * 0.95:
            cut = value
            break
    low, high = counted[0][0], counted[-1][0]
    width = _round_width(max(1, -(-(cut - low + 1) // MOST_BARS)))
    start = low // width * width
    edges = list(range(start, cut + 1, width))
    found = []
    for place, edge in enumerate(edges):
        end = edge + width - 1 if place + 1 < len(edges) else max(high, edge + width - 1)
        found.append(Spread(edge, end, sum(count for value, count in counted if edge <= value <= end)))
    return tuple(found)


def _round_width(width: int) -> int:
    """1, 2, 5, 10, 15, 30, 60, … : widths people count by."""
    for nice in (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440):
        if nice >= width:
            return nice
    return -(-width // 1440) * 1440
