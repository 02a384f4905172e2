"""Measures of any source: readings, rows and segments agree, and parameters that do not go together are refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from blueprint.documents import blueprint_of
from core.businesstime import WorkingCalendar
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from handoffs.models import Task
from lifecycle.models import Activity, Record
from scorecard import queries
from scorecard.actions import fold
from scorecard.kinds.working_minutes import worked_between
from scorecard.queries import readings
from scorecard.queries.foldables import of_metric
from scorecard.queries.unfolded import NOTHING_FOLDED
from scorecard.rules.days import Days
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.scorecard.both_readings import plain
from tests.scorecard.life import START, Life
from tests.scorecard.measured_metrics import METRICS

pytestmark = pytest.mark.django_db

SEGMENTS = ["source"]


def with_metrics(cast: Cast) -> Workspace:
    """Acme, whose blueprint measures all of them."""
    calendar = blueprint_of(cast.acme).calendars[0].key
    edits: list[tuple[list[Any], Any]] = []
    for key, said in METRICS.items():
        given = dict(said["parameters"])
        if "calendar" in given:
            given["calendar"] = calendar
        owned = {"key": key, "label": key.replace("_", " "), "owner": cast.dana.email, "segments": SEGMENTS}
        edits.append((["metrics", {"key": key}], {**owned, **said, "parameters": given}))
    return published(cast, edits)


def live(life: Life) -> None:
    """Activities and tasks beside what happens otherwise."""
    for record in Record.objects.order_by("number")[:20]:
        Activity.objects.create(
            record=record,
            member=life.dice.choice(life.people[:3]),
            kind=life.dice.choice(["call", "email"]),
            at=life.moment(),
            is_qualifying=False,
        )
        life.number += 1
        made = life.moment()
        Task.objects.create(
            number=life.number,
            kind="follow_up",
            title="Call",
            record=record,
            created_at=made,
            done_at=life.dice.choice([None, life.moment(made)]),
        )


@pytest.fixture
def acme(cast: Cast) -> Iterator[Workspace]:
    with workspace_scope(cast.acme):
        workspace = with_metrics(cast)
    with workspace_scope(workspace):
        yield workspace


def test_readings_of_measures_and_their_tail_equal_the_rows(cast: Cast, acme: Workspace) -> None:
    life, at = Life(cast, 17), MONDAY_10 - timedelta(days=3)
    for _ in range(2):
        life.go_on(50)
        board = queries.board_of(acme, at)
        for key in METRICS:
            metric = board.metric(key)
            for segment in ("", "source"):
                asked: Any = ([metric], START.date(), board.today)
                shown = readings.courses(board, *asked, segment=segment)
                rows = readings.courses(board, *asked, segment=segment, tail=NOTHING_FOLDED)
                assert plain(shown[key]) == plain(rows[key]), (key, segment)
        fold(acme, at)
        at += timedelta(days=1)
    keys = {metric.id: metric.key for metric in board.blueprint.metrics}
    kept = {keys[metric] for metric, _ in readings.unfolded(board).series if metric}
    assert kept >= {"rejected", "entered", "soon", "late_share", "stay_days", "answer_minutes", "answer_working"}
    assert not kept & {"created", "calls", "oldest", "task_days"}  # nothing marks their days: always counted


def test_segments_of_a_measure_add_up_and_every_number_opens_its_rows(cast: Cast, acme: Workspace) -> None:
    life = Life(cast, 23)
    life.go_on(120)
    live(life)
    board = queries.board_of(acme, MONDAY_10)
    period = board.period("custom", START.date(), board.today)
    opened = 0
    for key in METRICS:
        metric = board.metric(key)
        for segment in board.segments(metric):
            found = queries.measured(board, metric, period, by=segment)
            for what in ("numerator", "denominator", "aside"):
                parts = sum(getattr(part.figure, what) for part in found.slices)
                assert parts == getattr(found.figure, what), (key, segment, what)
        figure = queries.measured(board, metric, period).figure
        behind = queries.rows_behind(board, metric, period, part="counted")
        assert behind.total == figure.denominator, key
        opened += behind.total
    assert opened > 80


BAD: list[tuple[dict[str, Any], str]] = [
    ({"dated": "handoffs.offered_at", "stages": "sales"}, "stages: Handoffs are not narrowed by stages."),
    ({"dated": "records.created_at", "where": "handoff_is_late"}, "where: There is no field"),
    ({"dated": "events.at"}, "event: Say which events are counted."),
    ({"dated": "moons.rose_at"}, "dated: "),
    ({}, "dated: This is missing."),
]


@pytest.mark.parametrize(("parameters", "said"), BAD, ids=[said for _, said in BAD])
def test_parameters_that_do_not_go_together_are_refused_by_their_names(
    cast: Cast, parameters: dict[str, Any], said: str
) -> None:
    from scorecard.kinds.faults import faults_of

    with workspace_scope(cast.acme):
        blueprint = blueprint_of(cast.acme)
    count = blueprint.metrics[0].model_copy(update={"kind": "count", "unit": "count", "parameters": parameters})
    found = [str(each) for each in faults_of(count, blueprint)]
    assert len(found) == 1 and said in found[0], found


def test_the_record_of_a_stay_is_looked_at_only_where_a_line_asks_for_it(cast: Cast) -> None:
    with workspace_scope(cast.acme), connection.cursor() as cursor:
        board = queries.board_of(cast.acme, MONDAY_10)
        for key, asks in {"override_rate": False, "deals_won": False, "source_coverage": True}.items():
            sums = of_metric(board, board.metric(key)).sums(Days.between(START.date(), board.today))
            cursor.execute(f"explain {sums.sql}", sums.values)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert ("lifecycle_record " in plan) is asks and "lifecycle_stage " not in plan, key


def test_what_a_calendar_says_is_told_alike_in_every_process() -> None:
    # a set of days has another order in each of them
    days = [date(2026, month, day) for month in range(1, 13) for day in (1, 9)]
    calendar = WorkingCalendar("Europe/Berlin", ((("09:00", "17:00"),),) * 7, frozenset(days))
    said = str(worked_between(calendar, "x.offered_at", "x.answered_at", MONDAY_10).values["calendar"])
    assert [said.index(repr(day)) for day in days] == sorted(said.index(repr(day)) for day in days)
