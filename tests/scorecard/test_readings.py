"""Promise 8: one number per metric. Kept readings and their tail always equal what the rows say at this moment."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from itertools import chain

import pytest
from django.db import connection

from core.database import database_now
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from lifecycle.models import Record, StageStay
from scorecard import queries, sets
from scorecard.actions import fold
from scorecard.kinds import KINDS
from scorecard.models import DirtyDay, FoldMark, Reading, ReadingSeries
from scorecard.tasks import fold_readings, workspaces_to_fold
from tests.cast import MONDAY_10, Cast
from tests.scorecard.both_readings import both_readings
from tests.scorecard.figures import figure_of
from tests.scorecard.life import START, Life

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize("seed", range(4))
def test_kept_readings_and_their_tail_equal_the_rows_whatever_happens(cast: Cast, seed: int) -> None:
    life = Life(cast, seed)
    at = MONDAY_10 - timedelta(days=3)
    with workspace_scope(cast.acme):
        for _ in range(4):
            life.go_on(25)
            shown, true = both_readings(cast, at)
            assert shown == true
            if life.dice.random() < 0.8:
                fold(cast.acme, at)
            at += timedelta(hours=life.dice.choice([0, 5, 40]))
        shown, true = both_readings(cast, at + timedelta(days=20))  # nothing happens but time
        assert shown == true


def test_the_funnel_follows_a_journey_that_gets_another_beginning(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Life(cast, 2).go_on(60)
        fold(cast.acme, MONDAY_10)
        leads, deals = (list(Record.objects.filter(kind=kind).order_by("number")) for kind in ("lead", "opportunity"))
        before = both_readings(cast, MONDAY_10)[0]
        Record.objects.filter(pk__in=[each.pk for each in deals]).update(origin=leads[0])
        shown, true = both_readings(cast, MONDAY_10)
        assert shown == true != before


def test_a_fold_with_nothing_new_leaves_the_readings_of_days_that_stand(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Life(cast, 5).go_on(60)
        fold(cast.acme, MONDAY_10)
        standing = Reading.objects.filter(series__metric__kind__in=("win_rate", "conversion", "aging"))
        before = set(standing.values_list("pk", flat=True))
        fold(cast.acme, MONDAY_10 + timedelta(minutes=1))
        assert before and set(standing.values_list("pk", flat=True)) == before


def test_segments_add_up_to_the_whole_whatever_happens(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Life(cast, 7).go_on(120)
        board = queries.board_of(cast.acme, MONDAY_10)
        period = board.period("custom", START.date(), board.today)
        for metric in board.measurable:
            for segment in board.segments(metric):
                found = queries.measured(board, metric, period, by=segment)
                for each in ("numerator", "denominator", "aside", "open_count"):
                    parts = sum(getattr(part.figure, each) for part in found.slices)
                    assert parts == getattr(found.figure, each), (metric.key, segment, each)


def test_every_number_opens_exactly_its_rows(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Life(cast, 11).go_on(120)
        fold(cast.acme, MONDAY_10)
        board = queries.board_of(cast.acme, MONDAY_10)
        period = board.period("30d")
        opened = 0
        for metric in board.measurable:
            for segment in ("", *board.segments(metric)):
                names = [part.value for part in queries.measured(board, metric, period, by=segment).slices] or [""]
                for name in names if segment else [""]:
                    figure = figure_of(
                        board, metric.key, period.first, period.last, segment=segment, segment_value=name
                    )
                    for part, count in KINDS[metric.kind].part_counts(figure).items():
                        asked = {"segment": segment, "value": name, "part": part}
                        behind = queries.rows_behind(board, metric, period, limit=1000, **asked)
                        assert behind.total == count == len(behind.rows), (metric.key, asked)
                        for sums in ("numerator", "denominator"):
                            told = sum(getattr(row, sums) for row in behind.rows)
                            assert told == getattr(behind, sums), (metric.key, asked, sums)
                        opened += behind.total
            kind = KINDS[metric.kind]  # a number that is reckoned from others opens theirs
            uncounted = kind.parts.keys() - kind.part_counts(figure_of(board, metric.key, period.first, period.last))
            for part in {*list(kind.parts)[:1], *uncounted}:
                whole = queries.rows_behind(board, metric, period, part=part, limit=1000)
                assert len(whole.rows) == whole.total
                pages = [
                    queries.rows_behind(board, metric, period, part=part, page=page, limit=7).rows
                    for page in range(1, min(-(-whole.total // 7), 3) + 1)
                ]
                assert [*chain(*pages)] == [*whole.rows[: 7 * len(pages)]], metric.key
        assert opened > 100
        aging, to_come = board.metric("stage_aging"), board.period("custom", START.date(), board.today + 9 * DAY)
        stages = queries.ages_by_stage(board, aging, to_come)
        ages = [age for stage in stages for age, number in stage.ages.items() for _ in range(number)]
        opened_ages = [row.measure for row in queries.rows_behind(board, aging, to_come, part="open", limit=1000).rows]
        assert sorted(ages) == sorted(opened_ages) and ages


def falsify(**values: object) -> None:
    """Write into readings what no row says, as a fold gone wrong would."""
    with connection.cursor() as cursor:
        cursor.execute("set local app.folding = 'yes'")
        Reading.objects.update(**values)
        cursor.execute("set local app.folding = ''")


def test_a_fold_rebuilds_only_the_days_that_were_touched(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        life = Life(cast, 3)
        life.go_on(60)
        fold(cast.acme, MONDAY_10)
        assert not DirtyDay.objects.exists()
        falsify(computed_at=START)
        record = life.record()
        assert set(DirtyDay.objects.values_list("day", flat=True)) == {record.opened_at.date()}
        later = MONDAY_10 + timedelta(minutes=1)
        fold(cast.acme, later)
        rebuilt = set(Reading.objects.filter(computed_at=later).values_list("day", flat=True))
        today = MONDAY_10.date()
        moving = {today - timedelta(days=days) for days in (13, 14, 15, 1, 2, 3)}  # windows of leakage, 48 h to act
        assert rebuilt <= {record.opened_at.date(), today} | moving


def test_folding_twice_gives_the_same_readings_and_writes_nothing_of_days_at_rest(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Life(cast, 5).go_on(60)
        fold(cast.acme, MONDAY_10)
        before = list(Reading.objects.order_by("id").values_list("series_id", "day", "segment", "segment_value"))
        fold(cast.acme, MONDAY_10)
        after = list(Reading.objects.values_list("series_id", "day", "segment", "segment_value"))
        assert sorted(map(str, before)) == sorted(map(str, after))
        assert len(before) > 50


def test_a_reading_remembers_the_version_of_its_definition_and_another_definition_is_counted_anew(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Life(cast, 6).go_on(60)
        fold(cast.acme, MONDAY_10)
        assert set(ReadingSeries.objects.values_list("definition_version", flat=True)) == {1}
        ReadingSeries.objects.update(statement="of another release")
        FoldMark.objects.update(release="another")
        falsify(numerator=999)
        shown, true = both_readings(cast, MONDAY_10)
        assert shown == true
        fold(cast.acme, MONDAY_10)
        shown, true = both_readings(cast, MONDAY_10)
        assert shown == true
        assert not Reading.objects.filter(numerator=999).exists()


def test_a_day_marked_by_hand_is_counted_anew(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Life(cast, 8).go_on(60)
        fold(cast.acme, MONDAY_10)
        falsify(numerator=999)
        DirtyDay.objects.bulk_create(DirtyDay(day=day) for day in set(Reading.objects.values_list("day", flat=True)))
        shown, true = both_readings(cast, MONDAY_10)
        assert shown == true


def test_a_metric_whose_filter_moves_by_itself_is_never_kept(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        board = queries.board_of(cast.acme, MONDAY_10)
    metric = board.metric("win_rate")
    for text, kept in [
        ("amount > 100", True),
        ("", True),
        ("entered_stage_at > now - days(30)", False),
        ('stage == "closed_won"', False),
    ]:
        assert sets.is_foldable(board.question(metric.model_copy(update={"filter": text}))) is kept


def test_stages_that_no_line_asks_for_lead_to_no_sample(cast: Cast) -> None:
    """The server keeps no statistics of so small a table and takes it for one row. It would begin with the stages, and
    look for the samples once for each."""
    with workspace_scope(cast.acme), connection.cursor() as cursor:
        board = queries.board_of(cast.acme, MONDAY_10)
        with_filter = board.metric("win_rate").model_copy(update={"filter": "amount > 100"})
        for metric, table in ((board.metric("override_rate"), "stagestay"), (with_filter, "record")):
            sums = sets.folded(board.question(metric), (sets.WHOLE,))
            cursor.execute(f"explain {sums.sql}", sums.values)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert re.search(rf"\blifecycle_{table}\b", plan) and not re.search(r"\blifecycle_stage\b", plan), plan


def test_a_filter_leaves_out_records_and_those_it_cannot_judge(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Life(cast, 12).go_on(150)
        board = queries.board_of(cast.acme, MONDAY_10)
        metric = board.metric("win_rate").model_copy(update={"filter": "amount > 100.2"})
        period = board.period("custom", START.date(), board.today)
        every = queries.rows_behind(board, board.metric("win_rate"), period, limit=500)
        some = queries.rows_behind(board, metric, period, limit=500)
        wanted = [row.number for row in every.rows if row.amount is not None and row.amount > Decimal("100.2")]
        assert 0 < len(wanted) < len(every.rows)
        assert [row.number for row in some.rows] == wanted


@pytest.mark.django_db(transaction=True)
def test_the_scanner_finds_workspaces_with_marked_days_and_no_others(cast: Cast) -> None:
    fold_readings()
    with workspace_scope(cast.acme):
        Life(cast, 9).go_on(10)
    assert workspaces_to_fold(database_now()) == [cast.acme.pk]
    assert fold_readings() == 1
    assert workspaces_to_fold(database_now()) == []
    with workspace_scope(cast.globex):
        assert not Reading.objects.exists()
    with workspace_scope(cast.acme):
        assert Reading.objects.exists()


def test_marks_are_made_in_the_transaction_of_the_change_whoever_writes(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        record = Life(cast, 10).record()
        DirtyDay.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute("update lifecycle_record set amount = 5 where id = %s", [record.pk])
        assert list(DirtyDay.objects.values_list("day", "about")) == [(record.opened_at.date(), "all")]
        DirtyDay.objects.all().delete()
        Record.objects.filter(pk=record.pk).update(score=50, last_activity_at=MONDAY_10)
        assert not DirtyDay.objects.exists()
        Member.objects.filter(pk=cast.rick.pk).update(name="Richard")
        assert list(DirtyDay.objects.values_list("day", "about")) == [(None, "all")]


def test_a_later_stay_marks_the_cohort_of_its_record(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        life = Life(cast, 13)
        record = life.record()
        stay = StageStay.objects.get()
        fold(cast.acme, MONDAY_10)
        day = MONDAY_10.date()
        life.stay(record, life.lifecycle.pipeline_for(record.kind).stages[1].id, MONDAY_10, stay)
        marks = dict(DirtyDay.objects.order_by("-about").values_list("day", "about"))
        assert marks == {day: "all", record.opened_at.date(): "all"}

        fold(cast.acme, MONDAY_10)
        third = life.lifecycle.pipeline_for(record.kind).stages[2].id
        life.stay(record, third, MONDAY_10, StageStay.objects.get(exited_at=None))
        marks = dict(DirtyDay.objects.order_by("-about").values_list("day", "about"))
        assert marks == {day: "all", record.opened_at.date(): "cohort"}


def test_ages_by_stage_agree_with_the_metric_and_open_those_past_their_limit(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Life(cast, 17).go_on(150)
        board = queries.board_of(cast.acme, MONDAY_10)
        metric, period = board.metric("stage_aging"), board.period("30d")
        ages = queries.ages_by_stage(board, metric, period)
        figure = figure_of(board, metric.key, period.first, period.last)
        assert sum(each.open_count for each in ages) == figure.open_count > 5
        days = sum(age * count for each in ages for age, count in each.ages.items())
        assert figure.value is not None
        assert abs(Decimal(days) / figure.open_count - figure.value) < Decimal("0.00001")
        for each in ages:
            late = queries.rows_behind(
                board, metric, period, segment="stage", value=each.stage.label, part="late", limit=500
            )
            assert late.total == each.late_count
            counted = queries.ages_by_stage(board, metric, period, segment="stage", value=each.stage.label)
            assert each in counted, "what is counted from the stays is what is counted from the records"
            assert all(row.measure and row.measure > (each.stage.age_limit_days or 0) for row in late.rows)
        assert sum(each.late_count for each in ages) > 0
