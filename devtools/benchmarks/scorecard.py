"""Ninety days of the scorecard from readings, against hand-written SQL on the stage stays."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from django.db import connection
from django.utils import timezone

from blueprint.documents import blueprint_of
from blueprint.schema import MetricTerms
from core.database import owner_cursor, refresh_statistics
from core.people.models import Workspace
from core.sql import SqlFile, load
from core.tenancy.scope import workspace_scope
from devtools.benchmarks.measure import Row, interleaved, row, seconds
from scorecard.actions.folding import fold_slice, foldables_of
from scorecard.kinds import kind_of
from scorecard.queries.boards import Board, board_of
from scorecard.queries.crossed import crossed
from scorecard.queries.readings import courses
from scorecard.queries.unfolded import unfolded
from scorecard.rules.days import Days
from scorecard.rules.periods import Period
from scorecard.rules.standpoint import Standpoint

STAY_KINDS = {"conversion", "win_rate", "average_deal", "cycle", "velocity", "aging", "sourced"}


def run(workspace: Workspace) -> Iterator[Row]:
    """The first fold against one pass over the rows, and kept readings against raw SQL, the same metrics by day for the
    same ninety days."""
    at = timezone.now()
    took, longest, number = folded_whole(workspace)
    if number:
        print(f"  (folded in {took:.1f} s, {number} slices, the longest {longest:.1f} s)", flush=True)
        once = one_pass(workspace)
        yield row("First fold in slices ÷ one pass of the same sums", [took], [once], [took / once], at_most=3)
    with owner_cursor() as cursor:  # only the owner may
        cursor.execute("analyze lifecycle_record, lifecycle_stagestay, scorecard_reading")
    with workspace_scope(workspace):
        board = board_of(workspace, at)
        period = Period(board.today - timedelta(days=89), board.today)
        metrics = [metric for metric in board.measurable if metric.kind in STAY_KINDS]

        def ours() -> None:
            found = courses(board, metrics, period.first, period.last)
            for metric in metrics:
                for course in found[metric.key].values():
                    list(course.figures(period.buckets("day")))

        statements = raw_statements(workspace, period)
        with connection.cursor() as cursor:
            cursor.execute("set local statement_timeout = 0")

        def raw() -> None:
            for statement, values in statements:
                statement.rows(**values)

        yield interleaved(f"Scorecard of 90 days, {len(metrics)} metrics by day ÷ raw SQL", ours, raw, at_least=20)
        yield from counted_from_rows(board, metrics, period)


def counted_from_rows(board: Board, metrics: Sequence[MetricTerms], period: Period) -> Iterator[Row]:
    """What no reading is kept of, against the same metric counted from its rows, one of each kind: as known on a day,
    and by two segments."""
    yesterday = board.today - timedelta(days=1)
    plain, known = (replace(board, standpoint=each) for each in (Standpoint("now"), Standpoint(known_on=yesterday)))
    of_kinds = {each.kind: each for each in reversed(metrics) if not kind_of(each).has_stock}
    for metric in reversed(of_kinds.values()):

        def counted(seen: Board, metric: MetricTerms = metric) -> None:
            courses(seen, [metric], period.first, period.last)

        def by_two(metric: MetricTerms = metric) -> None:
            crossed(board, metric, period, by="owner", then="source", tail=unfolded(board))

        name = f"{metric.label} of 90 days from its rows"
        yield interleaved(
            f"{name}: as known on a day ÷ as known now",
            partial(counted, known),
            partial(counted, plain),
            speed=False,
            at_most=5,
        )
        if {"owner", "source"} <= set(board.segments(metric)):
            yield interleaved(
                f"{name}: by two segments ÷ whole", by_two, partial(counted, plain), speed=False, at_most=5
            )


def folded_whole(workspace: Workspace) -> tuple[float, float, int]:
    """Fold what there is to fold, each slice committed and the planner told of small tables, as the clock does:
    seconds, those of the longest, how many."""
    refresh_statistics()
    at, slices = timezone.now(), list[float]()
    while True:
        started = time.perf_counter()
        with workspace_scope(workspace):
            did = fold_slice(workspace, at)
        if not did:
            return sum(slices), max(slices, default=0), len(slices)
        slices.append(time.perf_counter() - started)


def one_pass(workspace: Workspace) -> float:
    """Seconds of the same sums, of all days in one statement for each metric and the funnel, nothing kept."""
    with workspace_scope(workspace):
        with connection.cursor() as cursor:
            cursor.execute("set local statement_timeout = 0")
        board = board_of(workspace, timezone.now())
        return seconds(lambda: [each.sums(Days.every()).rows() for each in foldables_of(board)])


def raw_statements(workspace: Workspace, period: Period) -> list[tuple[SqlFile, dict[str, object]]]:
    """The hand-written statements: two conversions, closings, what is open, and what was sourced."""
    lifecycle = blueprint_of(workspace)
    paths, sales = lifecycle.stages_by_path, lifecycle.pipeline("sales")
    every_lead = [stage.id for stage in lifecycle.pipeline("lifecycle").stages]
    closed = {"won": sales.stage("closed_won").id, "lost": sales.stage("closed_lost").id}
    asked: list[tuple[str, dict[str, object]]] = [
        ("conversion", {"before": [paths["lifecycle/mql"].id], "goal": paths["lifecycle/sql"].id}),
        ("conversion", {"before": every_lead, "goal": paths["lifecycle/customer"].id}),
        ("closed", closed),
        ("open_deals", {"open": [stage.id for stage in sales.stages if stage.is_open]}),
        ("sourced", {"sales": sales.id}),
    ]
    days = {"first": period.first, "last": period.last}
    return [(load("devtools.benchmarks", name), {**days, **values}) for name, values in asked]
