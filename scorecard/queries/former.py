"""What a metric said under its former definitions: their readings, as they were when another one took their place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from blueprint.schema import MetricTerms
from core.sql import Fragment
from scorecard.kinds import KINDS, kind_of
from scorecard.models import ReadingSeries
from scorecard.queries.boards import Board
from scorecard.queries.course import Course
from scorecard.queries.readings import EARLIER_STOCK, KEPT_READINGS, totals_of
from scorecard.rules.periods import Period
from scorecard.rules.totals import Figure

MOST_TOLD = 3  # a fold keeps no more


@dataclass(frozen=True)
class FormerDefinition:
    """One of them: what it said of the period, and of each stretch of the trend that ended while it was in force."""

    definition_version: int
    superseded_at: datetime
    superseded_on: date
    metric: MetricTerms
    figure: Figure
    trend: tuple[Figure | None, ...]


def former_definitions(
    board: Board, metric: MetricTerms, period: Period, step: str, *, segment: str, value: str
) -> tuple[FormerDefinition, ...]:
    """The latest first; none where the metric has always been defined as it is, and none of what is narrowed further or
    seen from elsewhere, as nothing is kept of that. One query, and one or two for each."""
    if board.filters or not board.standpoint.is_usual:
        return ()
    series = ReadingSeries.objects.filter(metric_id=metric.id, uncounted_until=None).exclude(superseded_at=None)
    return tuple(
        _told(board, metric, list(series.order_by("-superseded_at")[:MOST_TOLD]), period, step, segment, value)
    )


def _told(
    board: Board, metric: MetricTerms, series: list[ReadingSeries], period: Period, step: str, segment: str, value: str
) -> Iterator[FormerDefinition]:
    buckets = list(period.buckets(step))
    ends = [board.day(each.superseded_at) for each in series if each.superseded_at]
    for each, until, begun in zip(series, ends, [*ends[1:], date.min], strict=False):
        was = metric.model_copy(update=each.terms)
        if was.kind not in KINDS or was.unit != metric.unit or each.superseded_at is None:
            continue
        course = _course(was, each, period, segment, value)
        figures = zip(buckets, course.figures(buckets), strict=True)
        yield FormerDefinition(
            definition_version=each.definition_version,
            superseded_at=each.superseded_at,
            superseded_on=until,
            metric=was,
            figure=course.figure(period),
            trend=tuple(figure if begun <= bucket.last < until else None for bucket, figure in figures),
        )


def _course(metric: MetricTerms, series: ReadingSeries, period: Period, segment: str, value: str) -> Course:
    found: dict[str, Course] = defaultdict(partial(Course, kind_of(metric)))
    asked = {"segment": segment, "value": value, "first_day": period.first}
    for _, name, day, *sums in KEPT_READINGS.rows(series=[series.pk], last_day=period.last, **asked):
        found[name].days[day] = totals_of(*sums)
    if KINDS[metric.kind].has_stock:
        for _, name, stock, stock_days in EARLIER_STOCK.fill(live=Fragment("false")).rows(series=[series.pk], **asked):
            found[name].opened_before(stock, stock_days)
    return found[value]
