"""Folding: days that changed are rebuilt as readings, by one statement for each metric whatever the number of days."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction

from core.people.models import Workspace
from core.sql import Fragment, load
from scorecard import sets
from scorecard.kinds import Question
from scorecard.models import FoldMark
from scorecard.queries.boards import board_of
from scorecard.queries.readings import unfolded

log = logging.getLogger(__name__)
# The first fold after a great import may take longer than a request may; rows stay readable meanwhile.
# Whose readings go without being told so were deleted by somebody else: their days are marked (scorecard, 0005).
FOLD_LIMIT = "set local statement_timeout = '10min'; set local app.folding = 'yes'"
TAKE_MARKS = load("scorecard", "take_marks")
FORGET_READINGS = load("scorecard", "forget_readings")
KEEP_READINGS = load("scorecard", "keep_readings")


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
        taken = replace(tail, marks=tail.marks.union(TAKE_MARKS.rows()))
        prints: dict[str, str] = {}
        count = 0
        for metric in board.measurable:
            try:
                question = board.question(metric)
                if sets.is_foldable(question):
                    days = taken.days(board, metric)
                    if days:
                        with transaction.atomic():
                            _rebuild(board.question(metric, days))
                        count += 1
                    prints[metric.key] = sets.fingerprint(question)
            except Exception:  # without its print it is counted anew next time, from every day; the others are kept
                log.exception("metric %s of workspace %s cannot be folded", metric.key, workspace.slug)
        cursor.execute("set local statement_timeout to default; set local app.folding = ''")
    FoldMark.objects.update(folded_until=at, fingerprints=prints)
    return count


def _lock(at: datetime) -> bool:
    """Make sure there is one mark, and hold it; False where another fold holds it."""
    mark = FoldMark.objects.select_for_update(skip_locked=True).first()
    if mark is None:
        FoldMark.objects.bulk_create([FoldMark(folded_until=at)], ignore_conflicts=True)
        mark = FoldMark.objects.select_for_update(skip_locked=True).first()
    return mark is not None


def _rebuild(question: Question) -> None:
    """Away with the days' readings, and the same days anew from the rows."""
    metric = question.metric
    FORGET_READINGS.fill(days=Fragment(*question.days.on("day"))).run(metric=metric.id)
    folded = sets.folded(question, (sets.WHOLE, *sets.segments_of(question)))
    KEEP_READINGS.fill(folded=folded).run(metric=metric.id, version=metric.definition_version, at=question.at)
