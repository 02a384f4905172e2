"""What fell due is taken by whoever comes first, scan or person, and comes out the same."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from blueprint.documents import blueprint_of
from core.businesstime import due_at
from core.errors import NotPermitted
from core.history.models import Event
from core.people.functions import Function
from core.people.models import Member, TimeOff
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering, reassigning, scanning
from handoffs.actions import packets as packing
from handoffs.actions.tasking import complete_task
from handoffs.models import Assignment, Clock, Escalation, Handoff, Task
from handoffs.rules import sla
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.actions.touching import log_activity
from lifecycle.models import Record, ScoreChange
from tests.cast import MONDAY_10, Cast, join
from tests.handoffs.factories import depart, make_records, offer_records, seam_with

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def acme(cast: Cast):  # type: ignore[no-untyped-def]
    with workspace_scope(cast.acme):
        yield cast


def offered(cast: Cast) -> Handoff:
    return offer_records(cast.acme, make_records(cast.acme), by=cast.dana)[0]


def scan(cast: Cast, at: datetime) -> None:
    while scanning.scan(cast.acme, at):
        pass


def told(handoff: Handoff) -> dict[str, Any]:
    """Everything that happened to a handoff, but for ids and for when it was noticed."""
    noticed = {"noticed_at", "number"}
    present = Handoff.objects.get(pk=handoff.pk)
    return {
        "handoff": (
            *(present.state, present.assignee_id, present.due_at, present.breached_at, present.clock_run),
            *(present.answered_at, present.touch_due_at, present.first_touched_at),
        ),
        "assignments": list(
            Assignment.objects.filter(handoff=handoff)
            .order_by("at", "ended_at")
            .values_list("member_id", "at", "ended_at", "cause", "missed")
        ),
        "clocks": list(
            Clock.objects.filter(handoff=handoff)
            .order_by("kind", "run")
            .values_list(
                *("kind", "run", "member_id", "started_at", "due_at", "state", "stopped_at", "breached_at"),
                *("rung", "next_rung_at", "rungs"),
            )
        ),
        "escalations": list(
            Escalation.objects.filter(handoff=handoff)
            .order_by("clock_run", "step")
            .values_list("clock_run", "step", "action", "due_at", "from_member_id", "to_member_id", "task__kind")
        ),
        "tasks": list(
            Task.objects.filter(handoff=handoff)
            .order_by("created_at", "kind")
            .values_list("kind", "title", "assignee_id", "due_at", "created_at", "done_at")
        ),
        "events": [
            (event.kind, event.at, {key: value for key, value in event.facts.items() if key not in noticed})
            for event in Event.objects.filter(subject_id=handoff.pk).order_by("at", "kind", "id")
        ],
    }


def in_both_ways(cast: Cast, before: datetime, deed: Callable[[Handoff], object], handoff: Handoff) -> list[Any]:
    """What is told of the handoff when a scan comes before the deed, and when none does; nothing is kept."""
    came = []
    for is_scanned in (True, False):
        with transaction.atomic():
            if is_scanned:
                moment = MONDAY_10
                while moment < before:
                    moment = min(moment + 3 * HOUR, before)
                    scan(cast, moment)
            deed(Handoff.objects.get(pk=handoff.pk))
            came.append(told(handoff))
            transaction.set_rollback(True)
    return came


@settings(max_examples=20, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))
@given(data=st.data())
def test_it_comes_out_the_same_whether_the_scan_or_the_person_comes_first(acme: Cast, data: st.DataObject) -> None:
    handoff = offered(acme)
    steps = data.draw(
        st.lists(st.tuples(st.integers(-200, 900), st.sampled_from(["warn", "task", "reassign", "raise"])), max_size=6)
    )
    seam = blueprint_of(acme.acme).seams[0]
    ladder = [{"after_minutes": minutes, "action": action} for minutes, action in sorted(steps)]
    clock = sla.start(seam_with(acme.acme, ladder=ladder), MONDAY_10)
    rungs = [{"action": rung.action, "at": rung.at.isoformat()} for rung in clock.ladder]
    Clock.objects.filter(handoff=handoff).update(rungs=rungs, next_rung_at=clock.ladder[0].at)
    # before any ladder's end, the next one's too: what comes after it only reminds, and is said once after a pause
    until = min(clock.ladder[-1].at, due_at(seam.hours, MONDAY_10, 800))
    at = MONDAY_10 + data.draw(st.floats(0, 1)) * (until - MONDAY_10)
    deeds: list[Callable[[Handoff], object]] = [
        lambda each: answering.accept(each, by=acme.mona, at=at),
        lambda each: answering.reject(each, "no_budget", by=acme.mona, at=at),
        lambda each: answering.recall(each, by=acme.mona, at=at),
        lambda each: reassigning.reassign(each, acme.ada, by=acme.mona, at=at),
        lambda each: scan(acme, at),
    ]
    scanned, unseen = in_both_ways(acme, at, data.draw(st.sampled_from(deeds)), handoff)
    assert scanned == unseen


def test_every_run_that_was_missed_has_its_escalation_task_and_event(acme: Cast) -> None:
    handoff = offered(acme)
    second = join(acme.acme, "Rita", "rep", Function.SALES)
    late = MONDAY_10 + timedelta(days=1, hours=3)  # the first run and the next one are past due
    answering.accept(handoff, by=acme.mona, at=late)
    handoff.refresh_from_db()
    missed = Escalation.objects.filter(action="task").order_by("clock_run")
    assert handoff.clock_run >= 2 and second.is_active
    assert list(missed.values_list("clock_run", flat=True)) == list(range(1, handoff.clock_run + 1))
    assert Task.objects.filter(kind="breach").count() == handoff.clock_run
    breaches = Event.objects.filter(kind="handoff.breached").order_by("at")
    assert [each.at for each in breaches] == [each.due_at for each in missed]


def test_a_manager_who_reassigns_after_the_due_time_leaves_the_breach_its_task(acme: Cast) -> None:
    handoff = offered(acme)
    other = acme.rosa if handoff.assignee_id == acme.rick.pk else acme.rick
    reassigning.reassign(handoff, other, by=acme.mona, at=handoff.due_at + MINUTE)
    task = Task.objects.get(kind="breach")
    assert (task.handoff_id, task.assignee_id, task.created_at) == (handoff.pk, acme.mona.pk, handoff.due_at)
    assert Event.objects.get(kind="handoff.breached").facts["assignee"] != other.name


def test_a_recall_and_a_filled_packet_come_after_what_fell_due(acme: Cast) -> None:
    first, second = offered(acme), offered(acme)
    answering.recall(first, by=acme.dana, at=first.due_at + MINUTE)
    packing.save_packet(second, {}, by=acme.dana, at=second.due_at + MINUTE)
    assert set(Task.objects.filter(kind="breach").values_list("handoff_id", flat=True)) == {first.pk, second.pk}


def test_a_late_handoff_that_passed_to_the_next_is_no_longer_the_formers_to_answer(acme: Cast) -> None:
    handoff = offered(acme)
    former = acme.rick if handoff.assignee_id == acme.rick.pk else acme.rosa
    with pytest.raises(NotPermitted):
        answering.accept(handoff, by=former, at=MONDAY_10 + 7 * HOUR + MINUTE)


def test_who_leaves_hands_over_what_fell_due_before_as_the_scan_would_have(acme: Cast) -> None:
    handoff = offered(acme)
    leaver = acme.rick if handoff.assignee_id == acme.rick.pk else acme.rosa
    depart(leaver, by=acme.ada, at=handoff.due_at + MINUTE)
    assert Task.objects.get(kind="breach").handoff_id == handoff.pk
    assert Event.objects.get(kind="handoff.breached").facts["assignee"] == leaver.name


def test_a_touch_after_the_last_moment_finds_the_missed_one_taken(acme: Cast) -> None:
    handoff = offered(acme)
    done = answering.accept(handoff, by=acme.mona, at=MONDAY_10)
    rep = done.assignee
    assert done.touch_due_at is not None and rep is not None
    log_activity(done.record, kind="call", outcome="Connected", by=rep, at=done.touch_due_at + MINUTE)
    assert Task.objects.get(kind="first_touch").handoff_id == handoff.pk
    assert Event.objects.get(kind="handoff.touch_missed").at == done.touch_due_at


def test_who_was_away_when_it_fell_due_does_not_get_it_though_they_are_back(acme: Cast) -> None:
    handoff = offered(acme)
    former = handoff.assignee_id
    rita = join(acme.acme, "Rita", "rep", Function.SALES)
    others = {acme.rick.pk, acme.rosa.pk, rita.pk} - {former}
    away = Member.objects.get(pk=min(others - {rita.pk}))
    TimeOff.objects.create(member=away, starts_at=MONDAY_10, ends_at=MONDAY_10 + 7 * HOUR + MINUTE)
    scan(acme, MONDAY_10 + 7 * HOUR + 20 * MINUTE)
    handoff.refresh_from_db()
    assert handoff.assignee_id == rita.pk


def test_a_moment_from_before_the_lock_does_not_turn_the_chain_around(acme: Cast) -> None:
    handoff = offered(acme)
    first, other = (acme.rick, acme.rosa) if handoff.assignee_id == acme.rick.pk else (acme.rosa, acme.rick)
    reassigning.reassign(handoff, other, by=acme.mona, at=MONDAY_10 + HOUR)
    reassigning.reassign(handoff, first, by=acme.ada, at=MONDAY_10 + MINUTE)  # asked for earlier, and waited
    answering.accept(handoff, by=first, at=MONDAY_10)
    chain = list(Assignment.objects.filter(handoff=handoff).order_by("id"))
    assert [each.ended_at for each in chain[:-1]] == [each.at for each in chain[1:]]
    assert all(each.ended_at is not None and each.ended_at >= each.at for each in chain)
    handoff.refresh_from_db()
    assert handoff.answered_at == MONDAY_10 + HOUR


def test_a_task_made_while_somebody_waited_is_not_done_before_it_was_made(acme: Cast) -> None:
    offered(acme)
    scan(acme, MONDAY_10 + 6 * HOUR)
    done = complete_task(Task.objects.get(), "called", by=acme.mona, at=MONDAY_10)
    assert done.done_at == done.created_at


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("update handoffs_assignment set ended_at = at - interval '1 minute'", "assignment_forwards"),
        (
            "insert into handoffs_assignment (workspace_id, handoff_id, at, cause) select workspace_id, handoff_id, "
            "at + interval '2 minutes', 'manual' from handoffs_assignment",
            "begins when the former one ends",
        ),
        ("update handoffs_handoff set state = 'recalled', answered_at = offered_at - interval '1 s'", "after_offered"),
    ],
)
def test_the_database_holds_the_chain(acme: Cast, statement: str, name: str) -> None:
    offered(acme)
    with connection.cursor() as cursor:
        if "insert" in statement:
            cursor.execute("update handoffs_assignment set ended_at = at + interval '1 minute'")
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_an_offered_record_where_it_is(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        handoff = offered(cast)
    away = "update lifecycle_record set stage_id = (select id from lifecycle_stage where key = 'sal') where id = %s"
    with (
        pytest.raises(IntegrityError, match="stays in its stage"),
        workspace_scope(cast.acme),
        connection.cursor() as cursor,
    ):
        cursor.execute(away, [handoff.record_id])
    with workspace_scope(cast.acme):
        assert Record.objects.get(pk=handoff.record_id).stage.key == "mql"
        answering.accept(handoff, by=cast.mona, at=MONDAY_10)
    with workspace_scope(cast.acme):
        assert Record.objects.get(pk=handoff.record_id).stage.key == "sal"


def test_a_score_that_changed_while_we_waited_is_not_told_before_it(acme: Cast) -> None:
    [record] = make_records(acme.acme, path="lifecycle/lead", properties={"pages_viewed": 12})
    for at in (MONDAY_10 + HOUR, MONDAY_10):  # the second asked first, and waited
        log_activity(record, kind="call", by=acme.rick, at=at)
        Record.objects.filter(pk=record.pk).update(score=0)
    row = Incoming(1, "lead", core={"email": record.email}, properties={"visits": 9})
    take_in(acme.acme, [row], by=acme.ada, at=MONDAY_10)
    moments = list(ScoreChange.objects.filter(record=record).order_by("id").values_list("at", flat=True))
    assert moments == [MONDAY_10 + HOUR] * 3
