"""The one place numbers come from: kept readings of days nothing has touched since, and live sums of all other days.

Whatever changes a day marks it dirty in its own transaction (scorecard's migration 0002), so a day is either kept and
true, or counted from the rows themselves; or, where that is too much, as it was counted last, and said to be so.
Docs: docs/decisions/0020-readings-and-their-tail.md, 0150-readings-of-one-definition.md.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from blueprint.schema import MetricTerms
from core.sql import Fragment, load
from scorecard import sets
from scorecard.kinds import KINDS, Question, kind_of
from scorecard.kinds.made_of_metrics import counted_for, parts_of
from scorecard.queries.boards import Board
from scorecard.queries.course import Course, Courses
from scorecard.queries.foldables import Foldable, of_metric
from scorecard.queries.formula_courses import with_formulas
from scorecard.queries.unfolded import Unfolded, is_too_much, unfolded
from scorecard.rules.counting import together
from scorecard.rules.days import Days
from scorecard.rules.totals import Totals
from scorecard.segments import AND

log = logging.getLogger(__name__)
KEPT_READINGS = load("scorecard", "kept_readings")
EARLIER_STOCK = load("scorecard", "earlier_stock")
MORE_LIVE = 10  # so many times more is counted where no fold will ever do it
TOO_MUCH = "Too much happened on these days to count it while somebody waits; choose a shorter period."


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
    """Sums by day from `first` to `last` for each value of a segment (or one `value`). Four queries for any number of
    metrics where everything is folded, and one more where days in reach are not.

    Where too much happened on those days, nothing is counted here: the board notes the metric as being counted, and it
    has the course that was counted last, or none. A metric that cannot be counted has no course and is noted as failing
    on the board; the others are counted."""
    reader = _Reader(board, first, last, segment, value, tail or unfolded(board))
    counted = counted_for((each for each in metrics if each.key not in board.failing), board.blueprint)
    sound = [metric for metric in counted if metric.key not in board.failing]
    found = _read(board, reader, sound)
    for metric in metrics:
        if metric.kind == "formula":
            _note_parts(board, metric)
    return with_formulas(board, metrics, found)


def _note_parts(board: Board, formula: MetricTerms) -> None:
    """A formula is being counted as long as one of its parts is."""
    parts = (board.counting[key] for key in parts_of(formula, board.blueprint) if key in board.counting)
    if counting := together(parts):
        board.counting[formula.key] = counting


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
    """Reads courses: kept days in one statement for all metrics, the others live unless that is too much."""

    board: Board
    first: date
    last: date
    segment: str
    value: str | None
    tail: Unfolded

    def courses(self, metrics: Sequence[MetricTerms]) -> Courses:
        foldables = {metric.key: self._foldable(metric) for metric in metrics}
        live = {key: self.tail.days(self.board, each) for key, each in foldables.items()}
        reach = {metric.key: live[metric.key].clipped(self._from(metric), self.last) for metric in metrics}
        is_usual = self.board.standpoint.is_usual  # nothing is kept of other standpoints
        kept_keys = {key for key, each in foldables.items() if is_usual and not each.is_restless}
        foldable = [metric for metric in metrics if metric.key in kept_keys]
        always_live = [metric for metric in metrics if metric.key not in kept_keys]
        light = {metric.key for metric in always_live if kind_of(metric).is_light}
        heavy = [days for key, days in reach.items() if key not in light]
        is_much = is_too_much(self.board, heavy)  # what is little together is little by itself
        if is_much and is_too_much(self.board, (reach[metric.key] for metric in foldable)):
            shown = self._nothing_live(foldable, foldables, reach)
            foldable = [metric for metric in foldable if metric.key in shown]
            live, reach = live | shown, reach | shown
        always_heavy = [metric for metric in always_live if metric.key not in light]
        if is_much and is_too_much(self.board, (reach[metric.key] for metric in always_heavy), times=MORE_LIVE):
            self.board.failing.update((metric.key, TOO_MUCH) for metric in always_heavy)
            always_live = [metric for metric in always_live if metric.key in light]
        told = {metric.key for metric in (*foldable, *always_live)}
        metrics = [metric for metric in metrics if metric.key in told]
        found: Courses = {metric.key: defaultdict(partial(Course, kind_of(metric))) for metric in metrics}
        kept = {
            self.tail.series[foldables[metric.key].key].id: metric
            for metric in metrics
            if not live[metric.key].is_everything
        }
        self._add_kept(found, kept, live)
        self._add_live(found, [self.board.question(each, reach[each.key]) for each in metrics if reach[each.key]])
        return {key: dict(by_value) for key, by_value in found.items()}

    def _foldable(self, metric: MetricTerms) -> Foldable:
        """The metric as it is kept; readings are of one segment, never of two at once."""
        found = of_metric(self.board, metric)
        return replace(found, is_restless=True) if AND in self.segment else found

    def _from(self, metric: MetricTerms) -> date | None:
        """The first day that is read of a metric; what is open is added up from the very first."""
        return None if KINDS[metric.kind].has_stock else self.first

    def _nothing_live(
        self, metrics: Sequence[MetricTerms], foldables: dict[str, Foldable], reach: dict[str, Days]
    ) -> dict[str, Days]:
        """No live days for the metrics that can be shown as they were counted last; the board notes what is being
        counted."""
        live = {}
        for metric in metrics:
            counting = self.tail.counting(foldables[metric.key], self._from(metric))
            noted = self.board.counting.get(metric.key)
            if reach[metric.key] and not (noted and noted.as_of is None):
                self.board.counting[metric.key] = counting
            if counting.as_of:
                live[metric.key] = Days(())
        return live

    def _add_kept(self, found: Courses, series: dict[UUID, MetricTerms], live: dict[str, Days]) -> None:
        if not series:
            return
        asked = {"segment": self.segment, "value": self.value, "first_day": self.first}
        for series_id, name, day, *sums in KEPT_READINGS.rows(series=list(series), last_day=self.last, **asked):
            key = series[series_id].key
            if day not in live[key]:
                found[key][name].days[day] = totals_of(*sums)
        by_live: dict[Days, list[UUID]] = defaultdict(list)
        for series_id, metric in series.items():
            if KINDS[metric.kind].has_stock:  # what was open before the first day, added up by the database
                by_live[live[metric.key]].append(series_id)
        for days, alike in by_live.items():
            earlier = EARLIER_STOCK.fill(live=Fragment(*days.on("day")))
            for series_id, name, stock, stock_days in earlier.rows(series=alike, **asked):
                found[series[series_id].key][name].opened_before(stock, stock_days)

    def _add_live(self, found: Courses, questions: Sequence[Question]) -> None:
        """All in one statement: each row says which question it answers."""
        for at, day, _, name, *sums in sets.folded_together(questions, self.segment).rows() if questions else ():
            if self.value is not None and name != self.value:
                continue
            course, totals = found[questions[at].metric.key][name], totals_of(*sums)
            if day < self.first:
                course.opened_before(totals.stock, totals.stock_days)
            else:
                course.days[day] = totals


def totals_of(
    numerator: Decimal, denominator: Decimal, aside: Decimal, stock: Decimal, stock_days: Decimal, *rest: Any
) -> Totals:
    """Sums as a statement gives them."""
    amounts, unconverted, spread = rest
    if isinstance(spread, str):
        spread = {} if spread == "{}" else json.loads(spread)
    counts = {int(measure): count for measure, count in spread.items()} if spread else {}
    return Totals(numerator, denominator, aside, stock, stock_days, int(amounts), int(unconverted), counts)
