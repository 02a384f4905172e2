"""What happened is not changed afterwards, whatever the serving role says: closed rows refuse update and delete."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core.history.models import Event
from core.tenancy.scope import workspace_scope
from governance.actions.drafting import draft
from governance.actions.submitting import submit
from governance.models import Impact
from handoffs.actions import answering
from handoffs.actions.scanning import scan
from handoffs.models import Assignment, Handoff, Task
from lifecycle.actions.intake import take_in
from lifecycle.intake.batch_rows import Incoming
from lifecycle.models import ReplacedStay, ScoreChange, StageStay
from scorecard.actions.folding import fold
from scorecard.models import DirtyDay, Reading
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def must_refuse(statement: str, *values: Any) -> None:
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)
        assert cursor.rowcount, f"no row to try it on: {statement}"


def must_pass(statement: str, *values: Any) -> None:
    """What goes on every day still goes; taken back afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount, f"no row to try it on: {statement}"
        transaction.set_rollback(True)


@pytest.fixture
def lived(cast: Cast) -> Any:
    """A lead that was scored, offered, late, escalated, answered; a second one still open; its tasks, one done."""
    with workspace_scope(cast.acme):
        lead = Incoming(1, "lead", core={"email": "ann@x.example", "name": "Ann", "source": "Google"})
        take_in(cast.acme, [lead], by=cast.ada, at=MONDAY_10)
        records = make_records(cast.acme, 2, score=60)
        ScoreChange.objects.create(record=records[0], at=MONDAY_10, before=0, after=60, cause="intake")
        handoffs = offer_records(cast.acme, records, by=cast.dana)
        while scan(cast.acme, MONDAY_10 + 30 * HOUR):
            pass
        first = Handoff.objects.get(pk=handoffs[0].pk)
        answering.accept(first, by=first.assignee or cast.mona, at=MONDAY_10 + 31 * HOUR)
        assert Task.objects.filter(handoff=first, done_at__isnull=False).exists()  # the answer closed it
        yield cast


STATEMENTS = {
    "a stay that ended": "update lifecycle_stagestay set exited_at = now() where exited_at is not null",
    "a stay that ended, opened again": "update lifecycle_stagestay set exited_at = null where exited_at is not null",
    "when a stay began": "update lifecycle_stagestay set entered_at = now()",
    "which stage it was": "update lifecycle_stagestay set stage_id = (select id from lifecycle_stage limit 1)",
    "why it began": "update lifecycle_stagestay set cause = 'override'",
    "whose it was then": "update lifecycle_stagestay set owner_id = new_id()",
    "what an ended one was worth": "update lifecycle_stagestay set amount = 5 where exited_at is not null",
    "stays": "delete from lifecycle_stagestay where exited_at is not null",
    "open stays": "delete from lifecycle_stagestay",
    "an answer": "update handoffs_handoff set state = 'rejected' where state = 'accepted'",
    "an answer, asked again": "update handoffs_handoff set state = 'offered' where state = 'accepted'",
    "when it was answered": "update handoffs_handoff set answered_at = offered_at where state = 'accepted'",
    "who answered": "update handoffs_handoff set answered_by_id = null where state = 'accepted'",
    "a due time, afterwards": "update handoffs_handoff set due_at = due_at + interval '1 day' where state = 'accepted'",
    "a breach": "update handoffs_handoff set breached_at = null where breached_at is not null",
    "a breach, later": "update handoffs_handoff set breached_at = now() where breached_at is not null",
    "handoffs": "delete from handoffs_handoff",
    "an assignment that ended": "update handoffs_assignment set missed = not missed where ended_at is not null",
    "who was assigned": "update handoffs_assignment set member_id = null",
    "why": "update handoffs_assignment set trace = '{}'",
    "assignments": "delete from handoffs_assignment",
    "a clock that stopped": "update handoffs_clock set stopped_at = now() where stopped_at is not null",
    "a due time that was missed": "update handoffs_clock set breached_at = null, state = 'running' "
    "where breached_at is not null and stopped_at is null",
    "whose clock it was": "update handoffs_clock set member_id = null",
    "clocks": "delete from handoffs_clock",
    "a step that was taken": "update handoffs_escalation set taken_at = now()",
    "whom it reached": "update handoffs_escalation set to_member_id = null",
    "steps that were taken": "delete from handoffs_escalation",
    "what came of a task": "update handoffs_task set outcome = 'Nothing' where done_at is not null",
    "a task, done no longer": "update handoffs_task set done_at = null, done_by_id = null where done_at is not null",
    "tasks": "delete from handoffs_task",
    "scores": "delete from lifecycle_scorechange",
    "a score": "update lifecycle_scorechange set after = 100",
    "touchpoints": "delete from lifecycle_touchpoint",
    "events": "delete from history_event",
    "an event": "update history_event set actor_id = null",
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_what_happened_stays(lived: Cast, statement: str) -> None:
    must_refuse(statement)


EVERY_DAY = {
    "a stay ends": "update lifecycle_stagestay set exited_at = now() where exited_at is null",
    "an open handoff goes on": "update handoffs_handoff set again_at = now() where state = 'offered'",
    "an accepted one is touched": "update handoffs_handoff set first_touched_at = now() where first_touched_at is null",
    "an assignment ends": "update handoffs_assignment set ended_at = now(), missed = true where ended_at is null",
    "a clock stops": "update handoffs_clock set stopped_at = now(), next_rung_at = null where stopped_at is null "
    "and state = 'breached'",
    "an open task passes on": "update handoffs_task set assignee_id = null where done_at is null",
}


@pytest.mark.parametrize("statement", EVERY_DAY.values(), ids=EVERY_DAY)
def test_what_is_open_goes_on(lived: Cast, statement: str) -> None:
    must_pass(statement)


def test_every_column_of_a_stay_and_an_assignment_is_named_by_its_trigger(db: None) -> None:
    """A column that is added later and not named there could be changed."""
    follows = {"amount", "currency"}  # while a stay is open
    free = {"lifecycle_stagestay": {"exited_at", *follows}, "handoffs_assignment": {"ended_at", "missed"}}
    with connection.cursor() as cursor:
        for model in (StageStay, Assignment):
            table = model._meta.db_table
            cursor.execute(
                "select pg_get_triggerdef(oid) from pg_trigger where tgrelid = %s::regclass and tgname = 'ended'",
                [table],
            )
            text = cursor.fetchone()[0]
            columns = {field.column for field in model._meta.local_fields}
            assert {column for column in columns if f"old.{column}" not in text} == free[table] - {
                "ended_at",
                "exited_at",
            }


def told(*past: tuple[str, datetime]) -> Incoming:
    return Incoming(1, "lead", core={"email": "ann@x.example", "name": "Ann"}, history=past)


def test_a_history_told_better_replaces_stays_with_an_event_and_keeps_what_they_were(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        past = (("lead", MONDAY_10 - 9 * HOUR),)
        assert take_in(cast.acme, [told(*past)], by=cast.ada, at=MONDAY_10).created == 1
        was = StageStay.objects.get()
        better = (*past, ("mql", MONDAY_10 - 5 * HOUR))
        assert take_in(cast.acme, [told(*better)], by=cast.ada, at=MONDAY_10 + HOUR).updated == 1
        kept = ReplacedStay.objects.get()
        assert (kept.record_id, kept.stay["id"], kept.stay["cause"]) == (was.record_id, str(was.pk), "history")
        assert StageStay.objects.count() == 2
        assert Event.objects.filter(kind="record.history_corrected", record_id=was.record_id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_event_of_before_lets_no_stay_go(cast: Cast) -> None:
    """Only an event of the same transaction: yesterday's correction is no leave to delete today."""
    with workspace_scope(cast.acme):
        for hours in (9, 8):
            past = ("lead", MONDAY_10 - hours * HOUR)
            take_in(cast.acme, [told(past)], by=cast.ada, at=MONDAY_10 + HOUR)
        assert Event.objects.filter(kind="record.history_corrected").exists()
    with workspace_scope(cast.acme):
        must_refuse("delete from lifecycle_stagestay")


def test_a_reading_is_never_changed_and_one_that_goes_is_folded_again(cast: Cast) -> None:
    with workspace_scope(cast.acme), connection.cursor() as cursor:
        make_records(cast.acme, 3)
        fold(cast.acme, MONDAY_10 + 48 * HOUR)
        readings = list(
            Reading.objects.order_by("series_id", "day", "segment", "segment_value").values_list("numerator")
        )
        assert readings and not DirtyDay.objects.exists()
        must_refuse("update scorecard_reading set numerator = numerator + 1")
        cursor.execute("delete from scorecard_reading")
        assert DirtyDay.objects.exists()
        fold(cast.acme, MONDAY_10 + 48 * HOUR)
        assert readings == list(
            Reading.objects.order_by("series_id", "day", "segment", "segment_value").values_list("numerator")
        )


def test_an_impact_that_was_worked_out_stays(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change = draft(cast.dana, title="Lower", edits=[(["scoring", "threshold"], 50)], at=MONDAY_10)
        submit(change, by=cast.dana, at=MONDAY_10)
        Impact.objects.update(state="done", summary={"records": []})
        must_refuse("update governance_impact set summary = '{}'")
        must_refuse("update governance_impact set state = 'waiting'")
        must_refuse("delete from governance_impact")
