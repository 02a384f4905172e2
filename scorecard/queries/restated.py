"""What was restated of the closings that figures tell of: of all of them, or of those that filters keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from blueprint.schema import MetricTerms
from blueprint.schema.vocabularies import ClosingPeriod
from core.errors import BadInput
from core.sql import Fragment, load
from core.tenancy.scope import here
from lifecycle.closed_periods import restatements
from lifecycle.models import Restatement
from scorecard import sets
from scorecard.kinds import Question, kind_of
from scorecard.kinds.made_of_metrics import counted_for
from scorecard.queries.boards import Board
from scorecard.rules.days import Days
from scorecard.rules.periods import DAY, Period

RESTATED = load("scorecard", "restated")
RESTATED_CLOSINGS = load("scorecard", "restated_closings")
# What all closings are asked as, where no metric is.
ALL_CLOSINGS = MetricTerms.model_validate(
    {"key": "closings", "label": "All closings", "kind": "won_amount", "unit": "money"}
)


@dataclass(frozen=True)
class Restated:
    """How many closings were restated, and by how much what was won changed; None where the metric tells no money."""

    count: int
    money: Decimal | None


@dataclass(frozen=True)
class _OnDay:
    day: date
    count: int
    money: Decimal
    ids: Sequence[UUID] | None


def restated_of(board: Board, metrics: Sequence[MetricTerms], period: Period) -> dict[str, Restated]:
    """Of the metrics that tell of closings in the period, with all filters of the board. One query; none where periods
    never close, and of the metrics that were not touched nothing."""
    found = {}
    for metric, days in zip(metrics, _on_days(board, metrics, period), strict=True):
        if days:
            money = sum((each.money for each in days), Decimal(0)) if kind_of(metric).money else None
            found[metric.key] = Restated(sum(each.count for each in days), money)
    return found


def restated_days(board: Board, metric: MetricTerms, period: Period) -> Mapping[date, int]:
    """The day on which it counts → how much was restated. One query, none where periods never close."""
    [days] = _on_days(board, [metric], period)
    return {each.day: each.count for each in sorted(days, key=lambda each: each.day)}


def restatements_in(board: Board, metric: MetricTerms | None, period: Period) -> QuerySet[Restatement]:
    """Those of closings in the period, newest first: of the ones a metric tells of, or of all, with all filters of the
    board. Raises BadInput for a filter that closings are not read by."""
    if metric is None and not board.filters and not board.standpoint.known_on:
        since, until = moments_of(board, period)
        return restatements().filter(closed_at__gte=since, closed_at__lt=until)
    if metric is None:
        _check_filters(board)
    else:
        board.check_segment(metric, "")
    [days] = _on_days(board, [metric or ALL_CLOSINGS], period, is_listed=True)
    return restatements().filter(pk__in=[id for each in days for id in each.ids or ()])


def closing_stages_of(board: Board, metric: MetricTerms | None) -> set[UUID]:
    """The won and lost stages whose closings a metric tells of; without one, all of them."""
    if metric is None or metric is ALL_CLOSINGS:
        return {stage.id for stage in board.blueprint.stages_by_id.values() if stage.category in ("won", "lost")}
    return {stage for question in _questions(board, metric) for stage in _stages(question)}


def closes(board: Board) -> bool:
    """Whether periods close here."""
    return board.blueprint.reporting.closing_period != ClosingPeriod.NEVER


def moments_of(board: Board, period: Period) -> tuple[datetime, datetime]:
    """From the beginning of its first day until the end of its last."""
    start, end = (datetime.combine(day, time(), board.zone) for day in (period.first, period.last + DAY))
    return start, end


def _check_filters(board: Board) -> None:
    """Refuse what not every closing has. Raises BadInput."""
    known = {*sets.SEGMENTS, *board.blueprint.properties_by_key}
    offered = [segment for segment in board.all_segments if segment in known]
    for segment, _ in board.filters:
        if segment not in offered:
            raise BadInput(f"Closings are not read by {segment}.", field="segment", facts={"segments": offered})


def _on_days(
    board: Board, metrics: Sequence[MetricTerms], period: Period, *, is_listed: bool = False
) -> list[list[_OnDay]]:
    """Of each metric its days with something restated; a formula has what any of its parts has."""
    answers = []
    for at, metric in enumerate(metrics) if closes(board) else ():
        if found := [_found(board, question, period) for question in _questions(board, metric)]:
            named = sets.one_after_another(found)
            answers.append(RESTATED.fill(found=named).fragment(asked=at, is_listed=is_listed))
    by_metric: list[list[_OnDay]] = [[] for _ in metrics]
    for at, *rest in sets.one_after_another(answers).rows() if answers else ():
        by_metric[at].append(_OnDay(*rest))
    return by_metric


def _questions(board: Board, metric: MetricTerms) -> list[Question]:
    """The metric, or what it is made of, where it tells of closings."""
    if metric is ALL_CLOSINGS:
        return [board.question(metric)]
    counted = [] if metric.key in board.failing else counted_for([metric], board.blueprint)
    questions = [board.question(each) for each in counted if each.key not in board.failing]
    return [question for question in questions if _stages(question)]


def _stages(question: Question) -> list[UUID]:
    return kind_of(question.metric).closing_stages(question)


def _found(board: Board, question: Question, period: Period) -> Fragment:
    """The restatements of one metric's closings, those that all filters keep."""
    days = Days.between(period.first, period.last)
    stages = closing_stages_of(board, None) if question.metric is ALL_CLOSINGS else set(_stages(question))
    cohort = question.kind.opening_stages(question)
    asked: dict[str, Any] = {"workspace": here(), "zone": str(board.zone), "known": question.known_until}
    asked |= {"own_currency": board.workspace.currency, "reporting_currency": board.currency}
    known = board.blueprint.stages_by_id
    filled = RESTATED_CLOSINGS.fill(
        restated_near="true" if cohort else days.near("t.closed_at", board.zone),
        days=Fragment(*days.on("x.day")),
        **sets.narrowing(question),
    )
    return filled.fragment(
        stages=sorted(stages),
        cohort=cohort,
        won=[stage for stage in stages if known[stage].category == "won"],
        only_last=question.metric.parameters.get("reopened") == "last",
        **asked,
    )
