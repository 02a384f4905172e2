"""What comes back goes out again: by the seam's rule, by hand, or when something changed; never twice at once."""

from datetime import timedelta

import pytest

from blueprint.documents import blueprint_of
from core.errors import RuleSaysNo
from core.people.models import Member, Team, TeamSeat
from handoffs.actions import answering, offering, returning
from handoffs.actions import packets as packing
from handoffs.models import Handoff, Task
from handoffs.refused import HandoffAlreadyAnswered
from handoffs.rules import sla
from lifecycle.actions import advancing
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast
from tests.handoffs.coming_back import HOUR, live, offered, scanned
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db


def test_the_wrong_territory_is_routed_at_once_to_somebody_else(acme: Cast) -> None:
    handoff, rep, other = offered(acme)
    answering.reject(handoff, "wrong_territory", by=rep, at=MONDAY_10 + HOUR)
    second = live(handoff.record_id)
    assert second is not None and second.assignee_id == other.pk
    assert second.offered_by_id == acme.dana.pk  # who sent it stays who sent it
    assert not Task.objects.exists()
    answering.reject(second, "wrong_territory", by=other, at=MONDAY_10 + 2 * HOUR)
    third = live(handoff.record_id)
    assert third is not None and third.assignee_id == acme.mona.pk  # neither of those who returned it


def test_a_returned_record_is_the_senders_task_and_offered_again_when_its_time_comes(acme: Cast) -> None:
    handoff, rep, other = offered(acme)
    answering.reject(handoff, "inaccurate_data", by=rep, at=MONDAY_10 + HOUR)
    handoff.refresh_from_db()
    task = Task.objects.get()
    seam = blueprint_of(acme.acme).seams_by_id[handoff.seam_id]
    assert (task.kind, task.assignee_id) == ("returned", acme.dana.pk)
    assert handoff.again_at == sla.offered_again_at(seam, MONDAY_10 + HOUR)
    assert handoff.again_at is not None
    scanned(acme, handoff.again_at - timedelta(minutes=1))
    assert live(handoff.record_id) is None
    scanned(acme, handoff.again_at)
    again = live(handoff.record_id)
    assert again is not None and again.assignee_id == other.pk
    task.refresh_from_db()
    assert task.done_at == again.offered_at and str(again.number) in task.outcome
    scanned(acme, handoff.again_at)
    assert Handoff.objects.count() == 2  # once


def test_a_recalled_record_is_offered_again_by_the_seams_rule(acme: Cast) -> None:
    handoff, _, _ = offered(acme)
    answering.recall(handoff, by=acme.dana, at=MONDAY_10 + HOUR)
    handoff.refresh_from_db()
    assert handoff.again_at is not None
    scanned(acme, handoff.again_at)
    assert live(handoff.record_id) is not None


def test_a_record_that_moved_on_meanwhile_is_left_alone(acme: Cast) -> None:
    handoff, _, _ = offered(acme)
    answering.recall(handoff, by=acme.dana, at=MONDAY_10 + HOUR)
    record = Record.objects.get(pk=handoff.record_id)
    advancing.advance(record, "disqualified", by=acme.mona, at=MONDAY_10 + 2 * HOUR)
    scanned(acme, MONDAY_10 + timedelta(days=9))
    handoff.refresh_from_db()
    assert live(handoff.record_id) is None and handoff.again_at is None


def test_a_higher_score_offers_again_what_came_back(acme: Cast) -> None:
    handoff, rep, _ = offered(acme)
    Record.objects.filter(pk=handoff.record_id).update(score=0)
    answering.reject(handoff, "inaccurate_data", by=rep, at=MONDAY_10 + HOUR)
    record = Record.objects.get(pk=handoff.record_id)
    at = MONDAY_10 + 2 * HOUR
    row = Incoming(1, "lead", record_id=record.pk, properties={"demo_requested": True})
    assert take_in(acme.acme, [row], by=acme.ada, at=at).updated == 1
    scanned(acme, at)
    assert live(record.pk) is not None


def test_offering_again_by_hand_keeps_the_packet_and_asks_somebody_else_first(acme: Cast) -> None:
    second_cs = Member.objects.create(role="rep", name="Cora", email="cora@acme.example")
    TeamSeat.objects.create(team=Team.objects.get(key="customer-success"), member=second_cs)
    records = make_records(acme.acme, path="sales/closed_won", name="Initech", amount=1200, owner=acme.rick)
    packet = {records[0].pk: {"goals": "as agreed"}}
    [handoff] = offer_records(acme.acme, records, seam_key="sales_to_success", by=acme.rick, packets=packet)
    holder = Member.objects.get(pk=handoff.assignee_id)
    answering.reject(handoff, "packet_incomplete", "the scope", by=holder, at=MONDAY_10 + HOUR)
    again = offering.offer(
        records[0], "sales_to_success", by=acme.rick, at=MONDAY_10 + 2 * HOUR, packet={"scope": "ten seats"}
    )
    assert again.packet == {"goals": "as agreed", "scope": "ten seats"}
    assert again.assignee_id not in (None, holder.pk)
    handoff.refresh_from_db()
    assert handoff.again_at is None


def test_a_record_that_moved_on_while_somebody_waited_for_it_is_not_offered(acme: Cast) -> None:
    [handoff], at = offer_records(acme.acme, make_records(acme.acme)), MONDAY_10 + HOUR
    answering.recall(handoff, by=acme.mona, at=at)
    as_it_was = Record.objects.get(pk=handoff.record_id)
    advancing.advance(Record.objects.get(pk=as_it_was.pk), "recycled", by=acme.mona, at=at, reason_key="no_budget")
    with pytest.raises(RuleSaysNo, match="is offered from the stage Marketing qualified"):
        offering.offer(as_it_was, "marketing_to_sales", by=acme.mona, at=at)
    seam = blueprint_of(acme.acme).seams_by_key["marketing_to_sales"]
    assert returning.offer_again(acme.acme, seam, [as_it_was.pk], by=None, at=at) == []
    assert live(as_it_was.pk) is None


def test_a_returned_packet_that_is_filled_is_offered_again_by_itself(acme: Cast) -> None:
    records = make_records(acme.acme, path="sales/closed_won", name="Initech", amount=1200, owner=acme.rick)
    packet = dict.fromkeys(("goals", "stakeholders", "promises", "dates", "risks"), "as agreed")
    [handoff] = offer_records(
        acme.acme, records, seam_key="sales_to_success", by=acme.rick, packets={records[0].pk: packet}
    )
    answering.reject(handoff, "packet_incomplete", "the scope", by=acme.cleo, at=MONDAY_10 + HOUR)
    returned = Handoff.objects.get(pk=handoff.pk)
    packing.save_packet(returned, {"goals": "other ones"}, by=acme.rick, at=MONDAY_10 + 2 * HOUR)
    assert live(records[0].pk) is None
    packing.save_packet(returned, {"scope": "ten seats"}, by=acme.rick, at=MONDAY_10 + 2 * HOUR)
    again = live(records[0].pk)
    assert again is not None and again.packet["scope"] == "ten seats" and again.packet["goals"] == "other ones"
    assert not Task.objects.filter(done_at=None).exists()
    with pytest.raises(HandoffAlreadyAnswered):
        packing.save_packet(returned, {"scope": "twelve"}, by=acme.rick, at=MONDAY_10 + 3 * HOUR)


def test_two_scans_offer_once(acme: Cast) -> None:
    handoffs = offer_records(acme.acme, make_records(acme.acme, 4), by=acme.dana)
    for handoff in handoffs:
        answering.recall(handoff, by=acme.dana, at=MONDAY_10 + HOUR)
    Handoff.objects.update(again_at=MONDAY_10 + 2 * HOUR)
    scanned(acme, MONDAY_10 + 2 * HOUR)
    Handoff.objects.exclude(state="offered").update(again_at=MONDAY_10 + 2 * HOUR)
    scanned(acme, MONDAY_10 + 2 * HOUR)
    assert Handoff.objects.open().count() == 4 and Handoff.objects.count() == 8


def test_one_record_in_trouble_does_not_keep_the_others_from_being_offered(acme: Cast) -> None:
    handoffs = offer_records(acme.acme, make_records(acme.acme, 3), by=acme.dana)
    for handoff in handoffs:
        answering.recall(handoff, by=acme.dana, at=MONDAY_10 + HOUR)
    bad = handoffs[1]
    Handoff.objects.filter(pk=bad.pk).update(packet=["not", "an object"])
    Handoff.objects.update(again_at=MONDAY_10 + 2 * HOUR)
    scanned(acme, MONDAY_10 + 2 * HOUR)
    assert Handoff.objects.open().count() == 2
    bad.refresh_from_db()
    assert bad.again_at == MONDAY_10 + 3 * HOUR


def test_offering_again_says_nothing_of_records_that_are_open_already(acme: Cast) -> None:
    [handoff] = offer_records(acme.acme, make_records(acme.acme), by=acme.dana)
    seam = blueprint_of(acme.acme).seams_by_id[handoff.seam_id]
    assert returning.offer_again(acme.acme, seam, [handoff.record_id], by=None, at=MONDAY_10) == []
