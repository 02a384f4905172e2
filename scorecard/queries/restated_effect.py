"""How much of a figure is due to what was restated since its periods closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from blueprint.schema import MetricTerms
from scorecard.kinds import kind_of
from scorecard.queries.boards import Board
from scorecard.queries.course import Course
from scorecard.queries.readings import courses
from scorecard.queries.restated import restated_days
from scorecard.rules.periods import DAY, Period, next_start, start_of
from scorecard.rules.standpoint import Standpoint
from scorecard.rules.totals import Totals

MOST_PERIODS = 12  # that were restated and are counted again as they closed, the newest first


def tells_effect(board: Board, metric: MetricTerms) -> bool:
    """Whether it can be counted as its periods closed: its days are those of closings, and it is no formula."""
    kind = kind_of(metric)
    is_plain = kind.tells_known and not kind.has_stock and not kind.is_made_of_metrics
    return is_plain and not kind.opening_stages(board.question(metric))


def restated_effect(
    board: Board, metric: MetricTerms, course: Course, days: Period, *, segment: str, value: str
) -> Fraction:
    """The figure of the days less what it was when their months or quarters closed; nought where nothing was restated,
    and for what cannot be told as known on a day. Counts each restated period from the rows."""
    shown = course.figure(days).value
    if shown is None or not tells_effect(board, metric):
        return Fraction(0)
    step = board.blueprint.reporting.closing_period.value
    touched = restated_days(board.valued(segment, value), metric, days)
    starts = sorted({start_of(day, step) for day in touched})
    known = dict(course.days)
    for start in starts[-MOST_PERIODS:]:
        end = next_start(start, step) - DAY
        span = Period(max(start, days.first), min(end, days.last))
        found = _as_closed(board, metric, span, end, segment, value)
        if found is None:
            return Fraction(0)
        known = {day: totals for day, totals in known.items() if not span.first <= day <= span.last} | dict(found)
    was = Course(course.kind, course.before, known).figure(days).value
    return Fraction(0) if was is None else Fraction(shown) - Fraction(was)


def _as_closed(
    board: Board, metric: MetricTerms, span: Period, end: date, segment: str, value: str
) -> Mapping[date, Totals] | None:
    """The sums of some days of a period that ended on a day, as they were known just before it closed; None where they
    cannot be counted now."""
    day = end + timedelta(days=board.blueprint.reporting.closes_after_days)
    moment = datetime.combine(day + DAY, time(), board.zone) - timedelta(microseconds=1)
    then = replace(board, at=min(board.at, moment), standpoint=Standpoint(known_on=day))
    found = courses(then, [metric], span.first, span.last, segment=segment, value=value)
    if metric.key in then.failing or metric.key in then.counting:
        return None
    course = found[metric.key].get(value)
    return course.days if course else {}
