"""Accepting, rejecting, recalling: what changes, what is written down, what is refused."""

from datetime import timedelta

import pytest

from core.errors import BadInput, NotPermitted
from core.history.models import Event
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering, tasking
from handoffs.actions import packets as packing
from handoffs.models import Escalation, Handoff, Task
from handoffs.refused import AcceptanceRefused, HandoffAlreadyAnswered, PacketIncomplete, TaskAlreadyDone
from lifecycle.actions.touching import log_activity
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PACKET = {key: "as agreed" for key in ("goals", "stakeholders", "promises", "scope", "dates", "risks")}


@pytest.fixture
def acme(cast: Cast):  # type: ignore[no-untyped-def]
    with workspace_scope(cast.acme):
        yield cast


def offered(cast: Cast) -> tuple[Handoff, Member]:
    [handoff] = offer_records(cast.acme, make_records(cast.acme), by=cast.dana)
    return handoff, cast.rick if handoff.assignee_id == cast.rick.pk else cast.rosa


def won_deal(cast: Cast) -> Handoff:
    records = make_records(cast.acme, path="sales/closed_won", name="Initech", amount=1200, owner=cast.rick)
    return offer_records(cast.acme, records, seam_key="sales_to_success", by=cast.rick)[0]


def test_accepting_advances_the_record_and_makes_it_the_receivers(acme: Cast) -> None:
    handoff, rep = offered(acme)
    done = answering.accept(handoff, by=rep, at=MONDAY_10 + HOUR)
    record = Record.objects.select_related("stage").get(pk=handoff.record_id)
    assert (done.state, done.answered_by, done.answered_at) == ("accepted", rep, MONDAY_10 + HOUR)
    assert (record.stage.key, record.owner_id) == ("sal", rep.pk)
    assert Event.objects.get(kind="handoff.accepted").facts["sla"] == "met"
    assert not handoff.assignments.filter(ended_at__isnull=True).exists()
    assert done.clocks.get(stopped_at=None).next_rung_at == done.touch_due_at  # the first-touch clock goes on


def test_accepting_twice_says_who_was_first(acme: Cast) -> None:
    handoff, rep = offered(acme)
    answering.accept(handoff, by=rep, at=MONDAY_10 + HOUR)
    with pytest.raises(HandoffAlreadyAnswered) as refused:
        answering.accept(handoff, by=acme.mona, at=MONDAY_10 + 2 * HOUR)
    assert refused.value.facts["by"] == rep.name


def test_only_the_assignee_or_who_leads_may_answer(acme: Cast) -> None:
    handoff, rep = offered(acme)
    other = acme.rosa if rep == acme.rick else acme.rick
    with pytest.raises(NotPermitted, match=rep.name):
        answering.accept(handoff, by=other, at=MONDAY_10)
    with pytest.raises(NotPermitted):
        answering.reject(handoff, "no_budget", by=acme.vera, at=MONDAY_10)
    assert answering.accept(handoff, by=acme.mona, at=MONDAY_10).assignee_id == rep.pk


def test_unmet_acceptance_criteria_are_named(acme: Cast) -> None:
    handoff, rep = offered(acme)
    Record.objects.filter(pk=handoff.record_id).update(email="")
    with pytest.raises(AcceptanceRefused) as refused:
        answering.accept(handoff, by=rep, at=MONDAY_10)
    assert refused.value.facts["unmet"][0]["label"] == "Can be reached by e-mail or phone"
    handoff.refresh_from_db()
    assert handoff.state == "offered"


def test_rejecting_needs_a_reason_code_and_a_note_where_the_reason_asks_for_one(acme: Cast) -> None:
    handoff, rep = offered(acme)
    for reason, note, code in [
        ("", "", "reason_needed"),
        ("mood", "", "unknown_reason"),
        ("other", " ", "note_needed"),
    ]:
        with pytest.raises(BadInput) as refused:
            answering.reject(handoff, reason, note, by=rep, at=MONDAY_10)
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("reason", "note", "stage"), [("no_budget", "", "recycled"), ("not_a_fit", "too small", "disqualified")]
)
def test_the_reason_says_where_the_record_goes(acme: Cast, reason: str, note: str, stage: str) -> None:
    handoff, rep = offered(acme)
    answering.reject(handoff, reason, note, by=rep, at=MONDAY_10 + HOUR)
    assert Record.objects.select_related("stage").get(pk=handoff.record_id).stage.key == stage
    handoff.refresh_from_db()
    assert handoff.state == "rejected" and not handoff.clocks.filter(stopped_at=None).exists()
    assert handoff.reason is not None and handoff.reason.key == reason
    assert Event.objects.get(kind="handoff.rejected").facts["reason"] == reason


def test_returned_for_its_data_it_comes_back_to_the_sender_as_a_task(acme: Cast) -> None:
    handoff, rep = offered(acme)
    answering.reject(handoff, "inaccurate_data", by=rep, at=MONDAY_10 + HOUR)
    task = Task.objects.get()
    assert (task.kind, task.assignee_id, task.record_id) == ("returned", acme.dana.pk, handoff.record_id)


def test_success_cannot_start_without_the_packet(acme: Cast) -> None:
    handoff = won_deal(acme)
    with pytest.raises(PacketIncomplete) as refused:
        answering.accept(handoff, by=acme.cleo, at=MONDAY_10)
    assert "Promises made" in refused.value.facts["gaps"]
    packing.save_packet(handoff, PACKET | {"risks": "  "}, by=acme.rick, at=MONDAY_10)
    with pytest.raises(PacketIncomplete) as refused:
        answering.accept(handoff, by=acme.cleo, at=MONDAY_10)
    assert refused.value.facts["gaps"] == ["Risks"]


def test_accepting_a_won_deal_begins_the_customers_onboarding(acme: Cast) -> None:
    handoff = won_deal(acme)
    packing.save_packet(handoff, PACKET, by=acme.rick, at=MONDAY_10)
    done = answering.accept(handoff, by=acme.cleo, at=MONDAY_10 + HOUR)
    customer = Record.objects.select_related("stage").get(pk=done.result_id)
    assert (customer.kind, customer.stage.key, customer.origin_id) == ("customer", "kickoff", handoff.record_id)
    assert customer.owner_id == acme.cleo.pk
    assert Record.objects.get(pk=handoff.record_id).owner_id == acme.rick.pk  # the deal stays the seller's


def test_an_incomplete_packet_is_returned_with_its_gaps_named(acme: Cast) -> None:
    handoff = won_deal(acme)
    packing.save_packet(handoff, {"goals": "grow"}, by=acme.rick, at=MONDAY_10)
    answering.reject(handoff, "packet_incomplete", "who is who?", by=acme.cleo, at=MONDAY_10, gaps=["stakeholders"])
    task = Task.objects.get()
    assert task.assignee_id == acme.rick.pk
    assert "Stakeholders" in task.title
    with pytest.raises(BadInput):
        answering.reject(won_deal(acme), "packet_incomplete", "x", by=acme.cleo, at=MONDAY_10, gaps=["colour"])


def test_an_answer_after_the_due_time_is_a_breach_with_its_task_though_no_scan_came_by(acme: Cast) -> None:
    handoff, rep = offered(acme)
    answering.accept(handoff, by=rep, at=handoff.due_at + timedelta(minutes=1))
    handoff.refresh_from_db()
    assert handoff.breached_at == handoff.due_at
    assert Escalation.objects.filter(action="task").count() == Task.objects.filter(kind="breach").count() == 1
    assert Event.objects.get(kind="handoff.accepted").facts["sla"] == "breached"


def test_the_first_qualifying_touch_stops_the_clock(acme: Cast) -> None:
    handoff, rep = offered(acme)
    done = answering.accept(handoff, by=rep, at=MONDAY_10 + HOUR)
    log_activity(done.record, kind="note", by=rep, at=MONDAY_10 + HOUR)
    handoff.refresh_from_db()
    assert handoff.first_touched_at is None
    log_activity(done.record, kind="call", outcome="Connected", by=rep, at=MONDAY_10 + 2 * HOUR)
    handoff.refresh_from_db()
    assert handoff.first_touched_at == MONDAY_10 + 2 * HOUR
    assert not handoff.clocks.filter(next_rung_at__isnull=False).exists()


def test_the_sender_takes_it_back(acme: Cast) -> None:
    handoff, rep = offered(acme)
    with pytest.raises(NotPermitted):
        answering.recall(handoff, by=rep, at=MONDAY_10)
    assert answering.recall(handoff, "sent too soon", by=acme.dana, at=MONDAY_10).state == "recalled"


def test_a_task_is_closed_once_with_an_outcome_by_whose_it_is(acme: Cast) -> None:
    handoff, rep = offered(acme)
    answering.reject(handoff, "inaccurate_data", by=rep, at=MONDAY_10)
    task = Task.objects.get()
    with pytest.raises(BadInput):
        tasking.complete_task(task, " ", by=acme.dana, at=MONDAY_10)
    with pytest.raises(NotPermitted):
        tasking.complete_task(task, "done", by=rep, at=MONDAY_10)
    assert tasking.complete_task(task, "fixed", by=acme.dana, at=MONDAY_10).done_by == acme.dana
    with pytest.raises(TaskAlreadyDone):
        tasking.complete_task(task, "again", by=acme.dana, at=MONDAY_10)
