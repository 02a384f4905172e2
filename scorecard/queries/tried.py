"""What a metric would say as somebody is defining it: of the last 90 days, and month by month for a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from blueprint.documents import document
from blueprint.expressions.criteria import compile_line
from blueprint.expressions.source import BadExpression
from blueprint.paths import put
from blueprint.schema import Blueprint, MetricTerms
from blueprint.shape import BadShape, check_edit
from core.errors import BadInput
from core.people.models import Workspace
from scorecard.kinds.faults import faults_of
from scorecard.queries.boards import Board
from scorecard.queries.cards import Bucket, trend_of
from scorecard.queries.formula_courses import empty
from scorecard.queries.readings import courses
from scorecard.rules.periods import Period, period, start_of
from scorecard.rules.totals import NO_FIGURE, Figure

PATIENCE = "1500ms"  # of each statement: somebody is typing
MONTHS = 12


@dataclass(frozen=True)
class TriedMetric:
    """Its figure and course, or why there is none. `period`: the days of the figure."""

    metric: MetricTerms
    currency: str
    period: Period
    figure: Figure = NO_FIGURE
    trend: tuple[Bucket, ...] = ()
    why_not: str = ""


def tried(workspace: Workspace, blueprint: Blueprint, key: str, at: datetime) -> TriedMetric:
    """A metric by a blueprint that is not in force. Where counting takes too long it says so instead."""
    board = Board(workspace, at, blueprint, {})
    metric = board.metric(key)
    days = period("90d", board.today)
    asked = metric, board.currency, days
    if faults := faults_of(metric, board.blueprint):
        return TriedMetric(*asked, why_not=" ".join(map(str, faults)))
    year = Period(_months_ago(board, MONTHS - 1), board.today)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('statement_timeout', %s, true)", [PATIENCE])
        found = courses(board, [metric], min(year.first, days.first), board.today).get(key, {})
        cursor.execute("set local statement_timeout to default")
    if metric.key in board.failing or board.is_uncounted(metric.key):
        return TriedMetric(*asked, why_not="It takes too long to count while you wait; its impact will say.")
    course = found.get("") or empty(board, metric.key)
    return TriedMetric(*asked, course.figure(days), trend_of(board, metric, course, year, "month"))


def tried_definition(workspace: Workspace, definition: dict[str, Any], at: datetime) -> TriedMetric:
    """A metric that nobody has proposed, beside those in force; it takes the place of one with its key. Nothing is
    kept. Raises BadInput naming the field that is wrong."""
    key = definition["key"]
    path = ("metrics", {"key": key})
    try:
        check_edit(path, definition)
    except BadShape as bad:
        raise BadInput(bad.message, field=_field(bad.path)) from None
    in_force = document(workspace.pk, workspace.blueprint_version)
    blueprint = Blueprint.of(workspace.pk, put(in_force, path, definition))
    try:
        if line := definition.get("filter", "").strip():
            compile_line(blueprint.catalogue, line)
    except BadExpression as bad:
        raise BadInput(bad.message, field="filter") from None
    if faults := faults_of(blueprint.metrics_by_key[key], blueprint):
        raise BadInput(faults[0].message, field=_field(faults[0].path))
    return tried(workspace, blueprint, key, at)


def _field(path: str) -> str:
    """What of a metric a path leads to: `metrics/leads/parameters/stages` to `parameters.stages`."""
    return ".".join(path.split("/")[2:]) or "key"


def _months_ago(board: Board, months: int) -> date:
    first = start_of(board.today, "month")
    for _ in range(months):
        first = start_of(first - timedelta(days=1), "month")
    return first
