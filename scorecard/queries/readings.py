"""The one place numbers come from: kept readings of days nothing has touched since, and live sums of all other days.

Whatever changes a day marks it dirty in its own transaction (scorecard's migration 0002), so a day is either kept and
true, or counted from the rows themselves. Docs: docs/decisions/0020-readings-and-their-tail.md.
"""

from __future__ import annotations

import json
import logging
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from blueprint.schema import MetricTerms
from core.sql import Fragment, load
from scorecard import sets
from scorecard.kinds import on_days, window
from scorecard.queries.boards import Board
from scorecard.rules.days import Days
from scorecard.rules.declarations import DECLARATIONS
from scorecard.rules.periods import DAY, Period
from scorecard.rules.totals import STOCK_KINDS, Figure, Totals, figure, summed

log = logging.getLogger(__name__)
UNFOLDED = load("scorecard", "unfolded")
KEPT_READINGS = load("scorecard", "kept_readings")
EARLIER_STOCK = load("scorecard", "earlier_stock")


@dataclass(frozen=True)
class Unfolded:
    """What readings do not know yet: marked days by what they are about, or everything."""

    folded_until: datetime | None
    fingerprints: dict[str, str]
    everything: bool
    marked: dict[str, frozenset[date]]

    def days(self, board: Board, metric: MetricTerms) -> Days:
        """The days of a metric that must be counted from the rows: marked ones, and those that move as time passes."""
        question = board.question(metric)
        if (
            self.folded_until is None
            or self.everything
            or not sets.is_foldable(question)
            or self.fingerprints.get(metric.key) != sets.fingerprint(question)
        ):
            return Days.every()
        about = {"all", DECLARATIONS[metric.kind].moves_with}
        days = set().union(*(self.marked.get(each, frozenset()) for each in about))
        return Days.of(days | self._moving(board, metric))

    def _moving(self, board: Board, metric: MetricTerms) -> set[date]:
        """Days whose verdicts change though nobody does anything: an SLA runs out, a window closes."""
        assert self.folded_until is not None
        first, last = min(board.day(self.folded_until), board.today), board.today
        if metric.kind == "leakage":
            length = timedelta(days=-(-window(board.question(metric)).total_seconds() // 86400))
            first, last = first - length - DAY, last - length + DAY
        elif metric.kind != "attainment":
            return set()
        return {first + timedelta(days=place) for place in range((last - first).days + 1)}


def unfolded(board: Board) -> Unfolded:
    """What is not folded yet. One query."""
    folded_until, fingerprints, everything = None, {}, False
    marked: dict[str, set[date]] = {}
    for day, about, until, prints in UNFOLDED.rows():
        if about is None:
            folded_until, fingerprints = until, json.loads(prints)
        elif day is None:
            everything = True
        else:
            marked.setdefault(about, set()).add(day)
    return Unfolded(folded_until, fingerprints, everything, {about: frozenset(d) for about, d in marked.items()})


@dataclass
class Course:
    """One metric for one segment value: its sums by day, and what was open before the first day."""

    kind: str
    before: Totals = field(default_factory=Totals)
    days: dict[date, Totals] = field(default_factory=dict)

    def figure(self, period: Period) -> Figure:
        """What the metric says for days within those read."""
        return next(self.figures([period]))

    def figures(self, buckets: Iterable[Period]) -> Iterator[Figure]:
        """What it says for one stretch of days after another, in order and without overlap: one pass over the days."""
        ordered = sorted(self.days)
        counted, stock, stock_days = 0, self.before.stock, self.before.stock_days
        for bucket in buckets:
            start, end = bisect_left(ordered, bucket.first), bisect_right(ordered, bucket.last)
            totals = summed(self.days[day] for day in ordered[start:end])
            if self.kind in STOCK_KINDS:
                for day in ordered[counted:end]:
                    stock += self.days[day].stock
                    stock_days += self.days[day].stock_days
                counted = end
                totals = replace(totals, stock=stock, stock_days=stock_days)
            yield figure(self.kind, totals, bucket.last)


Courses = dict[str, dict[str, Course]]  # metric key → segment value → course


def courses(
    board: Board,
    metrics: Sequence[MetricTerms],
    first: date,
    last: date,
    *,
    segment: str = "",
    value: str | None = None,
    tail: Unfolded | None = None,
) -> Courses:
    """Sums by day from `first` to `last` for each value of a segment (or one `value`). Three queries for any number of
    metrics where everything is folded, and one more for each metric with unfolded days in reach.

    A metric that cannot be counted has no course and is noted as failing on the board; the others are counted."""
    tail = tail or unfolded(board)
    sound = [metric for metric in metrics if metric.key not in board.failing]
    empty: Courses = {metric.key: {} for metric in metrics}
    try:
        with transaction.atomic():
            return empty | _courses(board, sound, first, last, segment, value, tail)
    except Exception:  # whatever is wrong with one metric must not stop the others
        log.exception(
            "metrics of workspace %s could not be counted together; counting one by one", board.workspace.slug
        )
    for metric in sound:
        try:
            with transaction.atomic():
                empty |= _courses(board, [metric], first, last, segment, value, tail)
        except Exception as trouble:
            log.exception("metric %s of workspace %s cannot be counted", metric.key, board.workspace.slug)
            board.failing[metric.key] = sentence_of(trouble)
    return empty


def sentence_of(trouble: Exception) -> str:
    """Why something could not be counted, for people: the first line of what was said."""
    first = next(iter(str(trouble).strip().splitlines()), "")
    return f"{type(trouble).__name__}: {first}"[:300]


def _courses(
    board: Board,
    metrics: Sequence[MetricTerms],
    first: date,
    last: date,
    segment: str,
    value: str | None,
    tail: Unfolded,
) -> Courses:
    live = {metric.key: tail.days(board, metric) for metric in metrics}
    found: Courses = {metric.key: {} for metric in metrics}
    kept = [metric for metric in metrics if not _is_everything(live[metric.key])]
    if kept:
        _add_kept(found, board, kept, live, first, last, segment, value)
    for metric in metrics:
        start = None if metric.kind in STOCK_KINDS else first
        reach = _clipped(live[metric.key], start, last)
        if reach:
            _add_live(found, board, metric, reach, first, segment, value)
    return found


def _is_everything(days: Days) -> bool:
    return days.spans == ((None, None),)


def _clipped(days: Days, first: date | None, last: date) -> Days:
    """The part of the days between first and last."""
    if _is_everything(days):
        return Days.between(first, last)
    if days.exact is not None:
        return Days.of(day for day in days.exact if (first is None or day >= first) and day <= last)
    spans = []
    for start, end in days.spans:
        assert start is not None and end is not None
        start, end = max(start, first) if first else start, min(end, last)
        if start <= end:
            spans.append((start, end))
    return Days(tuple(spans))


def _contains(days: Days, day: date) -> bool:
    if days.exact is not None:
        return day in _as_set(days)
    return any((first is None or first <= day) and (last is None or day <= last) for first, last in days.spans)


def _as_set(days: Days) -> frozenset[date]:
    return frozenset(days.exact or ())


def _add_kept(
    found: Courses,
    board: Board,
    metrics: Sequence[MetricTerms],
    live: dict[str, Days],
    first: date,
    last: date,
    segment: str,
    value: str | None,
) -> None:
    by_id = {metric.id: metric for metric in metrics}
    asked = {"segment": segment, "value": value, "first_day": first}
    exact = {key: _as_set(days) for key, days in live.items() if days.exact is not None}
    for metric_id, name, day, *sums, spread in KEPT_READINGS.rows(metrics=list(by_id), last_day=last, **asked):
        metric = by_id[metric_id]
        days = live[metric.key]
        if day in exact[metric.key] if metric.key in exact else _contains(days, day):
            continue
        _course(found, metric, name).days[day] = _totals(sums, spread)
    for metric in metrics:
        if metric.kind in STOCK_KINDS:
            _add_earlier_stock(found, metric, live[metric.key], asked)


def _add_earlier_stock(found: Courses, metric: MetricTerms, live: Days, asked: dict[str, Any]) -> None:
    """What was open before the first day: kept days before it, added up by the database. One query."""
    counted_live = EARLIER_STOCK.fill(live=Fragment(*on_days("day", live)))
    for name, stock, stock_days in counted_live.rows(metric=metric.id, **asked):
        course = _course(found, metric, name)
        course.before = summed([course.before, Totals(stock=stock, stock_days=stock_days)])


def _add_live(
    found: Courses, board: Board, metric: MetricTerms, days: Days, first: date, segment: str, value: str | None
) -> None:
    for day, _, name, *sums, spread in sets.folded(board.question(metric, days), (segment,)).rows():
        if value is not None and name != value:
            continue
        course, totals = _course(found, metric, name), _totals(sums, spread)
        if day < first:
            course.before = summed([course.before, Totals(stock=totals.stock, stock_days=totals.stock_days)])
        else:
            course.days[day] = totals


def _course(found: Courses, metric: MetricTerms, name: str) -> Course:
    return found[metric.key].setdefault(name, Course(metric.kind))


def _totals(sums: Iterable[Any], spread: str | dict[str, int]) -> Totals:
    if isinstance(spread, str):
        spread = {} if spread == "{}" else json.loads(spread)
    numerator, denominator, aside, stock, stock_days = sums
    return Totals(
        numerator,
        denominator,
        aside,
        stock,
        stock_days,
        {int(measure): count for measure, count in spread.items()} if spread else {},
    )
