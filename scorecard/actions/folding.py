"""Folding: days that changed are counted anew as readings, a slice of days of one series a transaction.

A pass first gives every series its pending days, from the marks and from what moved with time, then works them off, the
newest days first. Whatever stops it costs one slice: the next pass goes on where it was."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Min
from django.utils import timezone

from blueprint.schema import MetricTerms
from core.kept_plans import sqlstate
from core.operating.setting_aside import is_held_elsewhere
from core.people.models import Workspace
from core.sql import Fragment, load
from scorecard.kinds.made_of_metrics import counted_for
from scorecard.models import FoldMark, ReadingSeries
from scorecard.queries.boards import Board, board_of
from scorecard.queries.foldables import Foldable, of_metric, without_metric
from scorecard.queries.former import MOST_TOLD
from scorecard.queries.source_hash import source_hash
from scorecard.queries.unfolded import Unfolded, moved_since
from scorecard.rules.days import Days
from scorecard.rules.side_by_side import has_newer, left

log = logging.getLogger(__name__)
# Whose readings go without being told so were deleted by somebody else: their days are marked (scorecard, 0005).
FOLDING = "set local statement_timeout = '2min'; set local app.folding = 'yes'"
TOO_LONG = "57014"  # PostgreSQL's code of a statement that is given up
FOLDED = "set local statement_timeout to default; set local app.folding = ''"
# A slice that took less is followed by one of twice as many days, one of more by half. Each reads the whole past of the
# records that did anything on its days: whatever leaves room for twice as many days is followed by them. The last slice
# may be of a day only: how long it took says nothing of a longer one. On a busy server all take long, and shorter ones
# make it busier: of the funnel of a million records two weeks take as much as a month.
SHORT_S, LONG_S = 10.0, 20.0
FEWEST_DAYS, MOST_DAYS = 31, 4096  # only a slice that was given up is cut further
KEPT_FOR = timedelta(days=400)  # a figure of the same time last year is still found under its definition
PURGED_AT_ONCE = 20_000
FAILED = ""  # the statement of a series that cannot be counted: the next pass tries again, after an hour at the latest
TAKE_MARKS = load("scorecard", "take_marks")
FORGET_READINGS = load("scorecard", "forget_readings")
KEEP_READINGS = load("scorecard", "keep_readings")
PURGE_READINGS = load("scorecard", "purge_readings")


def fold(workspace: Workspace, at: datetime) -> int:
    """Count every day that was marked, and those that moved with time; returns how many slices that took."""
    count = 0
    while fold_slice(workspace, at):
        count += 1
    return count


def fold_slice(workspace: Workspace, at: datetime) -> int:
    """Fold one slice: 1, or 0 where nothing is left, or somebody else folds.

    Beats: lock the mark (another fold under way, or a newer release? then leave), take the marks that are there, count
    the newest pending days of one series. The workspace is read after its marks: what they tell of is in force there. A
    change that commits meanwhile leaves its own mark for the next pass. Run twice: the same readings."""
    with transaction.atomic():
        mark = _lock(at)
        if mark is None or has_newer(source_hash(), mark.left_at, timezone.now()):
            return 0
        marks = frozenset(TAKE_MARKS.rows())
        board = board_of(Workspace.objects.get(pk=workspace.pk), at)
        if marks or not _is_under_way(mark, board):
            _take(board, {each.key: each for each in foldables_of(board)}, marks)
            _note(mark, board)
        waiting = ReadingSeries.objects.filter(superseded_at=None, pending_days__gt=0)
        for series in waiting.order_by("worked_at", "id"):
            if foldable := _foldable_of(board, series):
                _count_slice(board, foldable, series)
                return 1
        return _purge(at)


def foldables_of(board: Board) -> Iterator[Foldable]:
    """Whatever is kept as readings: not what looks at facts whose change marks no day."""
    yield from without_metric(board)
    for metric in counted_for(board.measurable, board.blueprint):
        if foldable := _of_metric(board, metric):
            yield foldable


def _of_metric(board: Board, metric: MetricTerms) -> Foldable | None:
    try:
        foldable = of_metric(board, metric)
    except Exception:  # whatever is wrong with one metric must not stop the others
        log.exception("metric %s of workspace %s cannot be folded", metric.key, board.workspace.slug)
        return None
    return None if foldable.is_restless else foldable


def _foldable_of(board: Board, series: ReadingSeries) -> Foldable | None:
    """What a series keeps; None where it is defined otherwise now, or is measured no more."""
    if series.metric_id is None:
        found = next((each for each in without_metric(board) if each.definition == series.definition), None)
    else:
        counted = (each for each in counted_for(board.measurable, board.blueprint) if each.id == series.metric_id)
        metric = next(counted, None)
        found = _of_metric(board, metric) if metric else None
    return found if found and found.key == (series.metric_id, series.definition) else None


def _lock(at: datetime) -> FoldMark | None:
    """Make sure there is one mark, and hold it; None where another fold holds it."""
    mark = FoldMark.objects.select_for_update(skip_locked=True).first()
    if mark is None:
        FoldMark.objects.bulk_create([FoldMark(folded_until=at)], ignore_conflicts=True)
        mark = FoldMark.objects.select_for_update(skip_locked=True).first()
    return mark


def _is_under_way(mark: FoldMark, board: Board) -> bool:
    """Whether every series has been given its days up to this moment, by this release and version: a slice then needs
    the definition of its own series only."""
    if (mark.release, mark.blueprint_version) != (source_hash(), board.workspace.blueprint_version):
        return False
    reached = ReadingSeries.objects.filter(superseded_at=None).aggregate(least=Min("folded_until"))["least"]
    return reached is not None and reached >= board.at


def _note(mark: FoldMark, board: Board) -> None:
    """The series were compared with this release and version; until either is another one, only marks bring a fold."""
    present = source_hash(), board.workspace.blueprint_version
    if (mark.release, mark.blueprint_version) == present:
        return
    if mark.release != source_hash():
        mark.left_at = left(mark.release, mark.left_at, timezone.now())
    mark.release, mark.blueprint_version = present
    mark.save()


def _take(board: Board, foldables: Mapping[tuple[UUID | None, str], Foldable], marks: frozenset[Any]) -> None:
    """Give every series its pending days."""
    present = {(each.metric_id, each.definition): each for each in ReadingSeries.objects.all()}
    in_force = {key: series for key, series in present.items() if not series.superseded_at}
    tail = Unfolded({}, marks)
    for key, foldable in foldables.items():
        series = present.get(key)
        if key in in_force and in_force[key].statement == FAILED and _is_up_to(in_force[key], foldable, board.at):
            continue
        if series is None or key not in in_force or series.statement != foldable.statement:
            series = _begun(board, foldable, series)
        else:
            _go_on(board, foldable, series, tail)
        series.definition_version, series.terms = foldable.version, dict(foldable.terms)
        series.save()
    gone = [in_force[key].pk for key in in_force.keys() - foldables.keys()]
    ReadingSeries.objects.filter(pk__in=gone).update(superseded_at=board.at, pending=[], pending_days=0)


def _is_up_to(series: ReadingSeries, foldable: Foldable, at: datetime) -> bool:
    """Whether its pending days are those of this moment, and it is added up as it is now."""
    return series.folded_until >= at and series.statement in (FAILED, foldable.statement)


def _go_on(board: Board, foldable: Foldable, series: ReadingSeries, tail: Unfolded) -> None:
    """What was marked waits as well, and what moved with time, once in a pass."""
    days = series.days.joined(tail.marked(foldable))
    if series.folded_until < board.at:
        days = days.joined(moved_since(board, foldable, series.folded_until))
        series.folded_until = board.at
    series.wait_for(days, board.today)


def _begun(board: Board, foldable: Foldable, former: ReadingSeries | None) -> ReadingSeries:
    """A series of which nothing is counted yet; also one whose definition came back, as nobody marked its days, and one
    that is added up otherwise than it was."""
    series = former or ReadingSeries(metric_id=foldable.metric_id, definition=foldable.definition)
    series.statement = foldable.statement
    series.superseded_at, series.folded_until, series.worked_at = None, board.at, board.at
    series.uncounted_until, series.earliest = date.max, min(board.earliest() or board.today, board.today)
    series.wait_for(Days.every(), board.today)
    series.whole_days = series.pending_days
    return series


def _count_slice(board: Board, foldable: Foldable, series: ReadingSeries) -> None:
    """Count the newest pending days of a series; of a slice that takes too long, a quarter comes next."""
    days, rest = series.days.newest(series.slice_days, series.earliest, board.today)
    started = time.monotonic()
    try:
        with transaction.atomic():
            _rebuild(foldable, series, days, board.at)
    except Exception as trouble:  # it is counted anew from every day when there is news; the others go on
        if is_held_elsewhere(trouble):
            raise
        log.exception("%s of workspace %s cannot be folded", foldable.name, board.workspace.slug)
        if isinstance(trouble, OperationalError) and sqlstate(trouble) == TOO_LONG and series.slice_days > 1:
            series.slice_days = max(min(series.slice_days, series.pending_days) // 4, 1)
            series.worked_at = timezone.now()
            return series.save()
        series.statement, rest = FAILED, Days(())
    took = time.monotonic() - started
    if took > LONG_S:
        series.slice_days = max(series.slice_days // 2, min(series.slice_days, FEWEST_DAYS))
    elif took < SHORT_S and rest:
        series.slice_days = min(series.slice_days * 2, MOST_DAYS)
    first = days.spans[0][0]
    if series.uncounted_until and (first is None or first <= series.uncounted_until):
        series.uncounted_until = first - timedelta(days=1) if first else None
    series.wait_for(rest, board.today)
    series.worked_at = timezone.now()
    series.save()


def _rebuild(foldable: Foldable, series: ReadingSeries, days: Days, at: datetime) -> None:
    """Away with the days' readings, and the same days anew from the rows."""
    with _folding():
        FORGET_READINGS.fill(days=Fragment(*days.on("day"))).run(series=series.pk)
        KEEP_READINGS.fill(folded=foldable.sums(days)).run(series=series.pk, at=at)


@contextmanager
def _folding() -> Iterator[None]:
    """The database lets readings go, and waits longer."""
    with connection.cursor() as cursor:
        cursor.execute(FOLDING)
        yield
        cursor.execute(FOLDED)


def _purge(at: datetime) -> int:
    """Let readings go that nobody is told of, some at a time: of former definitions that are too old, that were never
    counted whole, or beyond the few that are told. What goes is told no more from its first reading on."""
    former = ReadingSeries.objects.exclude(superseded_at=None).order_by("metric_id", "-superseded_at")
    for _, of_metric_ in groupby(former, key=lambda series: series.metric_id):
        told = 0
        for series in of_metric_:
            if told < MOST_TOLD and series.uncounted_until is None and at - series.superseded_at <= KEPT_FOR:
                told += 1
                continue
            ReadingSeries.objects.filter(pk=series.pk).update(uncounted_until=date.max)
            with _folding():
                gone = PURGE_READINGS.run(series=series.pk, most=PURGED_AT_ONCE)
            if not gone:
                series.delete()
            return 1
    return 0
