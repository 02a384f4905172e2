"""What came in about closings after their days had ended, whether or not their period was closed by then."""

from __future__ import annotations

from django.db.models import prefetch_related_objects

from blueprint.schema import MetricTerms
from core.sql import load
from lifecycle.closed_periods import ToldRestatement, told
from lifecycle.models import Restatement
from scorecard.queries.boards import Board
from scorecard.queries.restated import closing_stages_of, moments_of
from scorecard.rules.periods import Period

LATER_CORRECTIONS = load("scorecard", "later_corrections")
MOST = 500


def later_corrections(board: Board, metric: MetricTerms | None, period: Period) -> list[ToldRestatement]:
    """The newest five hundred, in the shape of restatements: of the closings that a metric tells of, or of all. Six
    queries; none for a period that is not over."""
    since, until = moments_of(board, period)
    if until > board.at:
        return []
    stages = closing_stages_of(board, metric)
    found = LATER_CORRECTIONS.rows(
        zone=board.workspace.time_zone, stages=sorted(stages), since=since, until=until, most=MOST
    )
    rows = [Restatement(**dict(zip(LATER_CORRECTIONS.columns, row, strict=True))) for row in found]
    prefetch_related_objects(rows, "by", "stage__pipeline")
    return told(rows)
