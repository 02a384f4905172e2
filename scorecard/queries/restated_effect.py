"""How much of a figure is due to what was restated since its periods closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction

from blueprint.schema import MetricTerms
from scorecard import sets
from scorecard.kinds import Question, RestatedSide
from scorecard.queries.boards import Board
from scorecard.queries.course import Course
from scorecard.queries.formula_courses import FormulaCourse
from scorecard.queries.readings import totals_of
from scorecard.queries.restated import restated_days
from scorecard.rules.days import Days
from scorecard.rules.periods import Period
from scorecard.rules.totals import Totals, less, summed

MOST_RESTATEMENTS = 5_000  # so many are counted again while somebody waits


class TooManyRestated(Exception):
    """More was restated than is counted again while somebody waits."""


def restated_effect(
    board: Board, metric: MetricTerms, course: Course, days: Period, *, segment: str, value: str
) -> Fraction:
    """The figure of the days less what it would be had nothing been restated. Three queries for each metric that it is
    made of. Raises TooManyRestated."""
    shown = course.figure(days).value
    was = _unrestated(board, metric, course, days, segment, value).figure(days).value
    return Fraction(0) if shown is None or was is None else Fraction(shown) - Fraction(was)


def _unrestated(board: Board, metric: MetricTerms, course: Course, days: Period, segment: str, value: str) -> Course:
    """The course as it would be; of a formula, with the courses of its parts as they would be."""
    if isinstance(course, FormulaCourse):
        parts = [(part, _unrestated(board, part, each, days, segment, value)) for part, each in course.parts]
        return replace(course, parts=parts)
    touched = restated_days(board.valued(segment, value), metric, days)
    if sum(touched.values()) > MOST_RESTATEMENTS:
        raise TooManyRestated()
    if not touched:
        return course
    known = dict(course.days)
    for is_before, day, totals in _sides(_asked(board, metric, days, touched), Days.of(touched), segment, value):
        known[day] = summed([known.get(day, Totals()), totals if is_before else less(totals)])
    return Course(course.kind, course.before, known)


def _asked(board: Board, metric: MetricTerms, days: Period, touched: Iterable[date]) -> Question:
    """The metric, on the days on which something may count otherwise: of closings their own; what is open is added up
    from the very first day, and an opening may have been told anew as well."""
    question = board.question(metric, Days.of(touched))
    if question.kind.has_stock:
        return replace(question, days=Days.between(None, days.last))
    if question.kind.opening_stages(question):
        return replace(question, days=Days.between(days.first, days.last))
    return question


def _sides(question: Question, days: Days, segment: str, value: str) -> list[tuple[bool, date, Totals]]:
    """By day what restated closings of some days add now, and what they added before they were first restated."""
    sides = [replace(question, restated=RestatedSide(days, is_before)) for is_before in (False, True)]
    rows = sets.folded_together(sides, segment).rows()
    return [(bool(side), day, totals_of(*sums)) for side, day, _, name, *sums in rows if name == value]
