"""What was restated of the closings that figures tell of."""

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
from core.sql import load
from lifecycle.closed_periods import restatements
from lifecycle.models import Restatement
from scorecard.kinds import kind_of
from scorecard.queries.boards import Board
from scorecard.rules.periods import DAY, Period

RESTATED = load("scorecard", "restated")


@dataclass(frozen=True)
class Restated:
    """How many closings were restated, and by how much what was won changed; None where the metric tells no money or
    counts only some records."""

    count: int
    money: Decimal | None


@dataclass(frozen=True)
class _Row:
    stage_id: UUID
    day: date
    is_reopening: bool
    count: int
    before: Decimal
    after: Decimal


def restated_of(board: Board, metrics: Sequence[MetricTerms], period: Period) -> dict[str, Restated]:
    """Of the metrics that tell of closings in the period, for the whole. One query; none where periods never close, and
    of the metrics that were not touched nothing."""
    stages = {metric.key: _closing_stages(board, metric) for metric in metrics}
    rows = _rows(board, {stage for each in stages.values() for stage in each}, period)
    found = {}
    for metric in metrics:
        own = [row for row in rows if row.stage_id in stages[metric.key]]
        if own:
            found[metric.key] = Restated(sum(row.count for row in own), _money(board, metric, own))
    return found


def restated_days(board: Board, metric: MetricTerms, period: Period) -> Mapping[date, int]:
    """Day of closing → how many of it were restated. One query, none where periods never close."""
    days: dict[date, int] = {}
    for row in _rows(board, _closing_stages(board, metric), period):
        days[row.day] = days.get(row.day, 0) + row.count
    return days


def restatements_in(board: Board, metric: MetricTerms | None, period: Period) -> QuerySet[Restatement]:
    """Those of closings in the period, newest first: of the ones a metric tells of, or of all."""
    since, until = moments_of(board, period)
    found = restatements().filter(closed_at__gte=since, closed_at__lt=until)
    return found.filter(stage__in=closing_stages_of(board, metric)) if metric else found


def closing_stages_of(board: Board, metric: MetricTerms | None) -> set[UUID]:
    """The won and lost stages whose closings a metric tells of; without one, all of them."""
    if metric is None:
        return {stage.id for stage in board.blueprint.stages_by_id.values() if stage.category in ("won", "lost")}
    if metric.key in board.failing:
        return set()
    return set(kind_of(metric).closing_stages(board.question(metric)))


def closes(board: Board) -> bool:
    """Whether periods close here."""
    return board.blueprint.reporting.closing_period != ClosingPeriod.NEVER


def _closing_stages(board: Board, metric: MetricTerms) -> set[UUID]:
    """None where what is asked cannot be weighed against whole restatements."""
    return set() if board.filters or board.standpoint.known_on else closing_stages_of(board, metric)


def _rows(board: Board, stages: set[UUID], period: Period) -> list[_Row]:
    if not stages or not closes(board):
        return []
    since, until = moments_of(board, period)
    asked: dict[str, Any] = {"own_currency": board.workspace.currency, "reporting_currency": board.currency}
    asked |= {"zone": board.workspace.time_zone, "since": since, "until": until}
    return [_Row(*row) for row in RESTATED.rows(stages=sorted(stages), **asked)]


def _money(board: Board, metric: MetricTerms, rows: Sequence[_Row]) -> Decimal | None:
    """What was won, more or less. A closing that was left counts no more where only the last one does."""
    if metric.filter or not kind_of(metric).money:
        return None
    is_last_only = metric.parameters.get("reopened") == "last"
    won = [row for row in rows if board.blueprint.stages_by_id[row.stage_id].category == "won"]
    return sum((_after(row, is_last_only) - row.before for row in won), Decimal(0))


def _after(row: _Row, is_last_only: bool) -> Decimal:
    return Decimal(0) if row.is_reopening and is_last_only else row.after


def moments_of(board: Board, period: Period) -> tuple[datetime, datetime]:
    """From the beginning of its first day until the end of its last."""
    start, end = (datetime.combine(day, time(), board.zone) for day in (period.first, period.last + DAY))
    return start, end
