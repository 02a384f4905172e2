"""The same figures twice: as pages would show them, and as the rows alone say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from blueprint.schema import MetricTerms
from scorecard import queries, sets
from scorecard.kinds import kind_of
from scorecard.queries import readings
from scorecard.queries.boards import Board
from scorecard.queries.course import Course
from scorecard.queries.unfolded import NOTHING_FOLDED
from scorecard.rules.days import Days
from scorecard.rules.periods import Period
from scorecard.rules.totals import Totals
from tests.cast import Cast
from tests.scorecard.funnel_by_hand import shown_closings, shown_seams, true_closings, true_seams
from tests.scorecard.journeys import shown_journeys, true_journeys
from tests.scorecard.life import START


def both_readings(cast: Cast, at: datetime) -> tuple[object, object]:
    """What pages would show, and what the rows alone say: by day, in every segment."""
    board = queries.board_of(cast.acme, at)
    first, last = START.date(), board.today
    shown, true = {}, {}
    by_segment: dict[str, list[MetricTerms]] = defaultdict(list)
    for metric in board.measurable:
        for segment in ("", *board.segments(metric)):
            by_segment[segment].append(metric)
    for segment, metrics in by_segment.items():
        found = readings.courses(board, metrics, first, last, segment=segment)
        shown |= {(metric.key, segment): plain(found[metric.key]) for metric in metrics}
        formulas = [metric for metric in metrics if metric.kind == "formula"]
        found = readings.courses(board, formulas, first, last, segment=segment, tail=NOTHING_FOLDED)
        true |= {(metric.key, segment): plain(found[metric.key]) for metric in formulas}
    for metric in board.measurable:
        if metric.kind != "formula":
            told = from_rows(board, metric, first, last)
            true |= {(metric.key, segment): plain(told[segment]) for segment in ("", *board.segments(metric))}
    for first, end in ((START.date(), last), (board.today - timedelta(days=20), last - timedelta(days=9))):
        period = Period(first, end)
        shown["funnel", str(first)] = shown_journeys(board, period)
        true["funnel", str(first)] = true_journeys(board, period)
        shown["seams", str(first)], true["seams", str(first)] = shown_seams(board, period), true_seams(board, period)
        shown["closings", str(first)] = shown_closings(board, period)
        true["closings", str(first)] = true_closings(board, period)
    return shown, true


def from_rows(board: Board, metric: MetricTerms, first: date, last: date) -> dict[str, dict[str, Course]]:
    """The courses of a metric in each of its segments: one statement, which no reading is asked for."""
    kind = kind_of(metric)
    found: dict[str, dict[str, Course]] = defaultdict(lambda: defaultdict(lambda: Course(kind)))
    question = board.question(metric, Days.every().clipped(None if kind.has_stock else first, last))
    for day, segment, name, *sums in sets.folded(question, ("", *board.segments(metric))).rows():
        totals = readings.totals_of(*sums)
        if day < first:
            found[segment][name].opened_before(totals.stock, totals.stock_days)
        else:
            found[segment][name].days[day] = totals
    return found


def plain(courses: Mapping[str, Course]) -> dict[str, object]:
    """Without the days that come to nothing."""
    found = {}
    for value, course in courses.items():
        days = {day: totals for day, totals in course.days.items() if totals != Totals()}
        if days or course.before != Totals():
            found[value] = (course.before, days)
    return found
