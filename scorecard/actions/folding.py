"""Folding: days that changed are rebuilt as readings, by one statement for each metric whatever the number of days."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from django.db import connection, transaction

from blueprint.schema import MetricTerms
from core.people.models import Workspace
from core.sql import Fragment, load
from scorecard import sets
from scorecard.models import DirtyDay, FoldMark
from scorecard.queries.boards import Board, board_of
from scorecard.queries.readings import Unfolded, unfolded
from scorecard.rules.days import Days

log = logging.getLogger(__name__)
# The first fold after a great import may take longer than a request may; rows stay readable meanwhile.
# Whose readings go without being told so were deleted by somebody else: their days are marked (scorecard, 0005).
FOLD_LIMIT = "set local statement_timeout = '10min'; set local app.folding = 'yes'"
TAKE_MARKS = load("scorecard", "take_marks")
FORGET_READINGS = load("scorecard", "forget_readings")
KEEP_READINGS = load("scorecard", "keep_readings")


def mark_dirty(days: Iterable[date]) -> None:
    """These days changed in a way no trigger sees: count them anew. One query."""
    DirtyDay.objects.bulk_create(DirtyDay(day=day) for day in set(days))


def fold(workspace: Workspace, at: datetime) -> int:
    """Rebuild every day that was marked, and those that moved with time; returns how many statements wrote readings.

    Beats: lock the mark (another fold under way? then leave), take the marks that are there, rebuild their days, move
    the mark. A change that commits meanwhile leaves its own mark for the next fold. Run twice: the same readings.
    """
    if not _lock(at):
        return 0
    board = board_of(workspace, at)
    tail = unfolded(board)
    with connection.cursor() as cursor:
        cursor.execute(FOLD_LIMIT)
        taken = _take_marks(tail)
        prints: dict[str, str] = {}
        count = 0
        for metric in board.measurable:
            try:
                with transaction.atomic():
                    count += _fold_metric(board, metric, taken, prints)
            except Exception:  # without its print it is counted anew next time, from every day; the others are kept
                prints.pop(metric.key, None)
                log.exception("metric %s of workspace %s cannot be folded", metric.key, workspace.slug)
        cursor.execute("set local statement_timeout to default; set local app.folding = ''")
    FoldMark.objects.update(folded_until=at, fingerprints=prints)
    return count


def _fold_metric(board: Board, metric: MetricTerms, taken: Unfolded, prints: dict[str, str]) -> int:
    """Rebuild the metric's days that were marked, and how many statements that took."""
    question = board.question(metric)
    if not sets.is_foldable(question):
        return 0
    prints[metric.key] = sets.fingerprint(question)
    days = taken.days(board, metric)
    if days:
        _rebuild(board, metric, days)
    return 1 if days else 0


def _lock(at: datetime) -> bool:
    """Make sure there is one mark, and hold it; False where another fold holds it."""
    mark = FoldMark.objects.select_for_update(skip_locked=True).first()
    if mark is None:
        FoldMark.objects.bulk_create([FoldMark(folded_until=at)], ignore_conflicts=True)
        mark = FoldMark.objects.select_for_update(skip_locked=True).first()
    return mark is not None


def _take_marks(tail: Unfolded) -> Unfolded:
    """Take away the marks that are there now; what they say joins what was known."""
    marks = set(TAKE_MARKS.rows())
    marked: dict[str, set[date]] = {about: set(days) for about, days in tail.marked.items()}
    for day, about in marks:
        if day is not None:
            marked.setdefault(about, set()).add(day)
    everything = tail.everything or any(day is None for day, _ in marks)
    return replace(tail, everything=everything, marked={about: frozenset(days) for about, days in marked.items()})


def _rebuild(board: Board, metric: MetricTerms, days: Days) -> None:
    """Away with the days' readings, and the same days anew from the rows."""
    question = board.question(metric, days)
    FORGET_READINGS.fill(days=Fragment(*days.on("day"))).run(metric=metric.id)
    folded = sets.folded(question, (sets.WHOLE, *sets.segments_of(question)))
    KEEP_READINGS.fill(folded=folded).run(metric=metric.id, version=metric.definition_version, at=board.at)
