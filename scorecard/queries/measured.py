"""One metric in full: its course, its parts by segment, its distribution."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from blueprint.schema import MetricTerms
from scorecard.kinds import kind_of
from scorecard.queries.boards import Board, owners_of
from scorecard.queries.cards import Bucket, MetricCard, Reach, card_of, pair_of, trend_of
from scorecard.queries.course import Course
from scorecard.queries.crossed import Crossed, crossed
from scorecard.queries.former import FormerDefinition, former_definitions
from scorecard.queries.formula_courses import empty
from scorecard.queries.marks import Mark, marks_of
from scorecard.queries.paces import paces_of
from scorecard.queries.readings import courses
from scorecard.queries.restated import restated_of
from scorecard.queries.unconverted import WithoutRate, unconverted_by_currency
from scorecard.queries.unfolded import Unfolded, unfolded
from scorecard.queries.wall_time import on_the_clock
from scorecard.rules.cohorts import Cohorts, cohorts_of
from scorecard.rules.comparisons import Comparison, comparison
from scorecard.rules.pacing import Pace
from scorecard.rules.periods import Period
from scorecard.rules.totals import Figure, band, quantile, summed

MOST_BARS = 16
MOST_MULTIPLES = 12  # values of a segment with a course of their own: more small charts are looked at by nobody


@dataclass(frozen=True)
class Slice:
    """One value of a segment."""

    value: str
    figure: Figure
    band: str
    trend: tuple[Bucket, ...] = ()
    """The course of the weightiest values; of the others, none."""


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
    compared: Comparison
    step: str
    segment: str
    segment_value: str
    trend_before: tuple[Bucket, ...] = ()
    """The course over the days it is compared with."""
    beside_value: str = ""
    trend_beside: tuple[Bucket, ...] = ()
    paces: tuple[Pace, ...] = ()
    """Its targets of this month and quarter, of the whole and of each team."""
    marks: tuple[Mark, ...] = ()
    slices: tuple[Slice, ...] = ()
    spread: tuple[Spread, ...] = ()
    unconverted: tuple[WithoutRate, ...] = ()
    cohorts: Cohorts | None = None
    by_the_clock: Figure | None = None
    """What it says where every minute counts, beside one that is told in working time."""
    former: tuple[FormerDefinition, ...] = ()
    """What it said under its former definitions, the latest first."""
    crossed: Crossed | None = None


def measured(
    board: Board,
    metric: MetricTerms,
    period: Period,
    *,
    step: str = "",
    segment: str = "",
    value: str = "",
    beside: str = "",
    by: str = "",
    then: str = "",
    compared: Comparison | None = None,
) -> Measured:
    """The metric for the whole or one value of a segment, a second beside it, and every value of the segment `by`, by
    itself and with those of the segment `then`. Raises BadInput for a segment it is not read by."""
    for each in (segment, by):
        board.check_segment(metric, each)
    tail, reach = unfolded(board), Reach(period, compared or comparison(period), step or period.step)
    pair = pair_of(board, [metric], reach, segment=segment, value=value, tail=tail)
    card = card_of(board, metric, pair, value, reach, owners_of([metric]))
    known: dict[str, Any] = {"compared": reach.compared, "step": reach.step, "segment": segment, "segment_value": value}
    found = Measured(**vars(card), period=period, **known)
    if card.failing or card.is_uncounted:
        return found
    days = period.first, period.last
    if beside:
        found = _with_second(board, found, beside, tail)
    if reach.compared.period:
        earlier = pair.before[metric.key].get(value) or empty(board, metric.key)
        found = replace(found, trend_before=trend_of(board, metric, earlier, reach.compared.period, reach.step))
    within = board.valued(segment, value)
    split = board if by == segment else within
    parts = courses(split, [metric], *days, segment=by, tail=tail)[metric.key] if by else {}
    only: dict[str, str] = {"segment": segment, "value": value}
    return replace(
        found,
        unconverted=unconverted_by_currency(board, metric, period, **only) if card.figure.unconverted else (),
        by_the_clock=on_the_clock(board, metric, period, **only),
        former=former_definitions(board, metric, period, reach.step, **only),
        crossed=crossed(split, metric, period, by=by, then=then, tail=tail),
        marks=marks_of(within, metric, period),
        restated=restated_of(within, [metric], period).get(metric.key),
        paces=paces_of(board, [metric]).get(metric.key, ()),
        slices=_slices(board, metric, parts, reach),
        spread=_spread(pair.now[metric.key].get(value), period),
        cohorts=_cohorts(board, metric, pair.now[metric.key].get(value), reach),
    )


def _with_second(board: Board, found: Measured, value: str, tail: Unfolded) -> Measured:
    """With the second value of the segment beside it."""
    days, key = (found.period.first, found.period.last), found.metric.key
    second = courses(board, [found.metric], *days, segment=found.segment, value=value, tail=tail)[key]
    course = second.get(value) or empty(board, key)
    trend = trend_of(board, found.metric, course, found.period, found.step)
    return replace(found, beside=course.figure(found.period), beside_value=value, trend_beside=trend)


def _cohorts(board: Board, metric: MetricTerms, course: Course | None, reach: Reach) -> Cohorts | None:
    """Age by cohort, where the metric's days are those of cohorts."""
    if course is None or not kind_of(metric).has_cohorts:
        return None
    return cohorts_of(course.days, reach.period, reach.step, board.today)


def _spread(course: Course | None, period: Period) -> tuple[Spread, ...]:
    days = course.days.items() if course else ()
    return bars(dict(summed(totals for day, totals in days if period.first <= day <= period.last).distribution))


def _slices(board: Board, metric: MetricTerms, parts: dict[str, Course], reach: Reach) -> tuple[Slice, ...]:
    """Every value that counts for something, the weightiest first."""
    figures = [(name, course.figure(reach.period)) for name, course in parts.items()]
    found = [
        Slice(name, figure, band(figure.value, metric.target, metric.direction))
        for name, figure in figures
        if figure.counts_anything
    ]
    found.sort(key=lambda part: (-part.figure.denominator, -part.figure.open_count, part.value))
    drawn = [
        replace(part, trend=trend_of(board, metric, parts[part.value], reach.period, reach.step))
        for part in found[:MOST_MULTIPLES]
    ]
    return (*drawn, *found[MOST_MULTIPLES:])


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
