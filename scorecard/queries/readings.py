"""The one place numbers come from: kept readings of days nothing has touched since, and live sums of all other days.

Whatever changes a day marks it dirty in its own transaction (scorecard's migration 0002), so a day is either kept and
true, or counted from the rows themselves. Docs: docs/decisions/0020-readings-and-their-tail.md.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction

from blueprint.schema import MetricTerms
from core.sql import Fragment, load
from scorecard import sets
from scorecard.kinds import KINDS, Question, kind_of
from scorecard.kinds.made_of_metrics import counted_for
from scorecard.queries.boards import Board
from scorecard.queries.course import Course, Courses
from scorecard.queries.formula_courses import with_formulas
from scorecard.rules.days import Days
from scorecard.rules.totals import Totals

log = logging.getLogger(__name__)
UNFOLDED = load("scorecard", "unfolded")
KEPT_READINGS = load("scorecard", "kept_readings")
EARLIER_STOCK = load("scorecard", "earlier_stock")


@dataclass(frozen=True)
class Unfolded:
    """What readings do not know yet: the marks of days and what they are about; a mark without a day is of all days."""

    folded_until: datetime | None
    fingerprints: dict[str, str]
    marks: frozenset[tuple[date | None, str]]

    def days(self, board: Board, metric: MetricTerms) -> Days:
        """The days of a metric that must be counted from the rows: marked ones, and those that move as time passes."""
        question = board.question(metric)
        if (
            self.folded_until is None
            or any(day is None for day, _ in self.marks)
            or not sets.is_foldable(question)
            or self.fingerprints.get(metric.key) != sets.fingerprint(question)
        ):
            return Days.every()
        days = {day for day, about in self.marks if day and about in ("all", question.kind.moves_with)}
        if moving := question.kind.moving(question, min(board.day(self.folded_until), board.today), board.today):
            first, last = moving
            days |= {first + timedelta(days=place) for place in range((last - first).days + 1)}
        return Days.of(days)


def unfolded(board: Board) -> Unfolded:
    """What is not folded yet. One query."""
    rows = UNFOLDED.rows()
    until, prints = next(((until, json.loads(prints)) for _, about, until, prints in rows if about is None), (None, {}))
    return Unfolded(until, prints, frozenset((day, about) for day, about, *_ in rows if about is not None))


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
    reader = _Reader(board, first, last, segment, value, tail or unfolded(board))
    counted = counted_for((each for each in metrics if each.key not in board.failing), board.blueprint)
    sound = [metric for metric in counted if metric.key not in board.failing]
    return with_formulas(board, metrics, _read(board, reader, sound))


def _read(board: Board, reader: _Reader, sound: Sequence[MetricTerms]) -> Courses:
    """Together, or one by one where one of them cannot be counted."""
    empty: Courses = {metric.key: {} for metric in sound}
    try:
        with transaction.atomic():
            return empty | reader.courses(sound)
    except Exception:  # whatever is wrong with one metric must not stop the others
        log.exception(
            "metrics of workspace %s could not be counted together; counting one by one", board.workspace.slug
        )
    for metric in sound:
        try:
            with transaction.atomic():
                empty |= reader.courses([metric])
        except Exception as trouble:
            log.exception("metric %s of workspace %s cannot be counted", metric.key, board.workspace.slug)
            first_line = next(iter(str(trouble).strip().splitlines()), "")
            board.failing[metric.key] = f"{type(trouble).__name__}: {first_line}"[:300]
    return empty


@dataclass(frozen=True)
class _Reader:
    """Reads courses: kept days in one statement for all metrics, the others live."""

    board: Board
    first: date
    last: date
    segment: str
    value: str | None
    tail: Unfolded

    def courses(self, metrics: Sequence[MetricTerms]) -> Courses:
        live = {metric.key: self.tail.days(self.board, metric) for metric in metrics}
        found: Courses = {metric.key: defaultdict(partial(Course, kind_of(metric))) for metric in metrics}
        self._add_kept(found, [metric for metric in metrics if not live[metric.key].is_everything], live)
        for metric in metrics:
            reach = live[metric.key].clipped(None if KINDS[metric.kind].has_stock else self.first, self.last)
            if reach:
                self._add_live(found[metric.key], self.board.question(metric, reach))
        return {key: dict(by_value) for key, by_value in found.items()}

    def _add_kept(self, found: Courses, metrics: Sequence[MetricTerms], live: dict[str, Days]) -> None:
        if not metrics:
            return
        keys = {metric.id: metric.key for metric in metrics}
        asked = {"segment": self.segment, "value": self.value, "first_day": self.first}
        for metric_id, name, day, *sums in KEPT_READINGS.rows(metrics=list(keys), last_day=self.last, **asked):
            key = keys[metric_id]
            if day not in live[key]:
                found[key][name].days[day] = totals_of(*sums)
        for metric in metrics:
            if KINDS[metric.kind].has_stock:  # what was open before the first day, added up by the database
                earlier = EARLIER_STOCK.fill(live=Fragment(*live[metric.key].on("day")))
                for name, stock, stock_days in earlier.rows(metric=metric.id, **asked):
                    found[metric.key][name].opened_before(stock, stock_days)

    def _add_live(self, by_value: dict[str, Course], question: Question) -> None:
        for day, _, name, *sums in sets.folded(question, (self.segment,)).rows():
            if self.value is not None and name != self.value:
                continue
            totals = totals_of(*sums)
            if day < self.first:
                by_value[name].opened_before(totals.stock, totals.stock_days)
            else:
                by_value[name].days[day] = totals


def totals_of(
    numerator: Decimal, denominator: Decimal, aside: Decimal, stock: Decimal, stock_days: Decimal, *rest: Any
) -> Totals:
    """Sums as a statement gives them."""
    amounts, unconverted, spread = rest
    if isinstance(spread, str):
        spread = {} if spread == "{}" else json.loads(spread)
    counts = {int(measure): count for measure, count in spread.items()} if spread else {}
    return Totals(numerator, denominator, aside, stock, stock_days, int(amounts), int(unconverted), counts)
