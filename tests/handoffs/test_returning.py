"""What comes back goes out again: by the seam's rule, by hand, or when something changed; never twice at once."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F

from blueprint.documents import blueprint_of
from core.database import owner_cursor
from core.errors import BadInput
from core.history.models import Event
from core.people.models import Member, Team, TeamSeat, TimeOff
from core.tenancy.scope import here, workspace_scope
from core.tenancy.sweeps import workspaces_with
from handoffs.actions import answering, offering, reassigning, rerouting, returning, scanning
from handoffs.actions import packets as packing
from handoffs.errors import HandoffAlreadyAnswered
from handoffs.models import Handoff, Task
from handoffs.rules import sla
from lifecycle.actions import advancing
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def acme(cast: Cast):  # type: ignore[no-untyped-def]
    with workspace_scope(cast.acme):
        yield cast


def offered(cast: Cast) -> tuple[Handoff, Member, Member]:
    """A handoff, who has it, and the other rep."""
    [handoff] = offer_records(cast.acme, make_records(cast.acme, score=60), by=cast.dana)
    pair = (cast.rick, cast.rosa)
    return handoff, *(pair if handoff.assignee_id == cast.rick.pk else pair[::-1])


def scanned(cast: Cast, at: datetime) -> None:
    while scanning.scan(cast.acme, at):
        pass


def live(record_id: object) -> Handoff | None:
    return Handoff.objects.open().filter(record_id=record_id).first()


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


# --- queues ---------------------------------------------------------------------------------------------------------


def everybody_away(cast: Cast, until: datetime) -> None:
    for member in (cast.rick, cast.rosa, cast.mona):
        TimeOff.objects.create(member=member, starts_at=MONDAY_10 - HOUR, ends_at=until)


def test_a_queue_drains_as_soon_as_somebody_is_back(acme: Cast) -> None:
    everybody_away(acme, MONDAY_10 + 2 * HOUR)
    TimeOff.objects.filter(member=acme.rosa).update(ends_at=MONDAY_10 + timedelta(days=5))
    TimeOff.objects.filter(member=acme.mona).update(ends_at=MONDAY_10 + timedelta(days=5))
    handoffs = offer_records(acme.acme, make_records(acme.acme, 3), by=acme.dana)
    assert {each.assignee_id for each in handoffs} == {None}
    scanned(acme, MONDAY_10 + HOUR)
    assert Handoff.objects.filter(assignee=None).count() == 3
    scanned(acme, MONDAY_10 + 2 * HOUR + timedelta(minutes=6))
    for handoff in Handoff.objects.all():
        assert (handoff.assignee_id, handoff.queue_id, handoff.again_at) == (acme.rick.pk, None, None)
        assert handoff.due_at == MONDAY_10 + 2.5 * HOUR + 4 * HOUR  # it is lunch until half past one in Berlin
        assert [each.cause for each in handoff.assignments.order_by("at")] == ["queue", "drained"]
    assert Event.objects.filter(kind="handoff.reassigned").count() == 3


def test_a_drained_queue_takes_turns_and_keeps_to_the_caps(acme: Cast) -> None:
    everybody_away(acme, MONDAY_10 + HOUR)
    TimeOff.objects.filter(member=acme.mona).update(ends_at=MONDAY_10 + timedelta(days=5))
    TeamSeat.objects.filter(member=acme.rick).update(cap=1)
    offer_records(acme.acme, make_records(acme.acme, 6), by=acme.dana)
    scanned(acme, MONDAY_10 + HOUR + timedelta(minutes=6))
    held = [each.assignee_id for each in Handoff.objects.all()]
    assert held.count(acme.rick.pk) == 1 and held.count(acme.rosa.pk) == 5


def test_a_new_seat_drains_the_queue_at_the_next_scan(acme: Cast) -> None:
    from core.people import team_seats as seating

    everybody_away(acme, MONDAY_10 + timedelta(days=5))
    [handoff] = offer_records(acme.acme, make_records(acme.acme), by=acme.dana)
    assert handoff.again_at is not None and handoff.again_at > MONDAY_10
    seating.seat(Team.objects.get(key="sales"), acme.vera, by=acme.ada, at=MONDAY_10)
    scanned(acme, MONDAY_10)
    handoff.refresh_from_db()
    assert handoff.assignee_id is None  # a leader looks on, and may not answer
    seating.seat(Team.objects.get(key="sales"), acme.dana, by=acme.ada, at=MONDAY_10)
    scanned(acme, MONDAY_10)
    handoff.refresh_from_db()
    assert handoff.assignee_id == acme.dana.pk


def test_who_returned_it_gets_it_from_the_queue_only_when_nobody_else_is_there_and_it_is_past_due(acme: Cast) -> None:
    handoff, rep, other = offered(acme)
    for member in (other, acme.mona):
        TimeOff.objects.create(member=member, starts_at=MONDAY_10, ends_at=MONDAY_10 + timedelta(days=20))
    answering.reject(handoff, "wrong_territory", by=rep, at=MONDAY_10 + HOUR)
    queued = live(handoff.record_id)
    assert queued is not None and queued.assignee_id is None
    scanned(acme, MONDAY_10 + 2 * HOUR)
    queued.refresh_from_db()
    assert queued.assignee_id is None
    scanned(acme, queued.due_at + timedelta(minutes=6))
    queued.refresh_from_db()
    assert queued.assignee_id == rep.pk


@pytest.mark.parametrize("change", [{"role": "leader"}, {"kind": "integration"}], ids=["leader", "program"])
def test_nothing_is_given_to_who_may_not_answer(acme: Cast, change: dict[str, str]) -> None:
    Member.objects.filter(pk=acme.rick.pk).update(**change)
    Team.objects.update(manager=acme.rick)
    handoffs = offer_records(acme.acme, make_records(acme.acme, 3), by=acme.dana)
    assert {each.assignee_id for each in handoffs} == {acme.rosa.pk}
    while scanning.scan(acme.acme, MONDAY_10 + 8 * HOUR):
        pass
    assert not Handoff.objects.open().filter(assignee=acme.rick).exists()
    rick = Member.objects.get(pk=acme.rick.pk)
    with pytest.raises(BadInput) as refused:
        reassigning.reassign(handoffs[0], rick, by=acme.mona, at=MONDAY_10 + 9 * HOUR)
    assert refused.value.code in ("role_cannot_own", "not_a_person")


def test_an_entry_that_an_open_handoff_held_back_is_asked_when_it_comes_back(acme: Cast) -> None:
    handoff, _, _ = offered(acme)
    answering.recall(handoff, by=acme.dana, at=MONDAY_10 + HOUR)
    assert Record.objects.get(pk=handoff.record_id).ask_again_at == MONDAY_10 + HOUR


@pytest.mark.django_db(transaction=True)
def test_what_is_routed_again_is_found_through_its_index(cast: Cast) -> None:
    """Among everything that ever came back, the pass looks at what is due."""
    with workspace_scope(cast.acme):
        offer_records(cast.acme, make_records(cast.acme, 400), by=cast.dana)
        Handoff.objects.update(again_at=MONDAY_10 + timedelta(days=9000))
    with owner_cursor() as cursor:
        cursor.execute("analyze handoffs_handoff, lifecycle_record")
    with workspace_scope(cast.acme), connection.cursor() as cursor:
        cursor.execute(f"explain {rerouting.CLAIM_WAITING.text}", {"workspace": here(), "at": MONDAY_10, "most": 500})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    [condition] = [line for line in plan.splitlines() if "Index Cond" in line and "again_at" in line]
    assert "handoff_again" in plan and "again_at <=" in condition, plan


@pytest.mark.django_db(transaction=True)
def test_the_scanner_finds_a_workspace_whose_queue_waits(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme), by=cast.dana)
        Handoff.objects.update(next_step_at=None, assignee=None, queue_id=blueprint_of(cast.acme).pools[0].id)
        Handoff.objects.update(again_at=MONDAY_10 - timedelta(days=365))
    assert cast.acme.pk in workspaces_with(scanning.DUE_WORKSPACES, low=scanning.EARLIEST)


# --- ladders --------------------------------------------------------------------------------------------------------


def test_a_ladder_never_ends_its_last_step_is_taken_again_until_somebody_acts(acme: Cast) -> None:
    [handoff] = offer_records(acme.acme, make_records(acme.acme), by=acme.dana)
    for day in range(30):
        for hour in range(0, 24, 3):
            scanned(acme, MONDAY_10 + timedelta(days=day, hours=hour))
    handoff.refresh_from_db()
    steps = list(handoff.escalations.order_by("clock_run", "step").values_list("clock_run", "step", "action"))
    assert len(steps) == len(set(steps)) and handoff.next_step_at is not None
    raised = [each for each in steps if each[2] == "raise"]
    assert len(raised) > 10  # about one a working day
    assert Task.objects.filter(kind="raise").count() == 1  # asked again, not doubled
    assert Task.objects.get(kind="raise").assignee_id == acme.ada.pk
    answering.accept(handoff, by=acme.mona, at=MONDAY_10 + timedelta(days=30, hours=1))
    handoff.refresh_from_db()
    assert handoff.next_step_at is None or handoff.state == "accepted"


def test_a_repeated_step_whose_task_was_closed_makes_the_next_one(acme: Cast) -> None:
    [handoff] = offer_records(acme.acme, make_records(acme.acme), by=acme.dana)
    for day in range(8):
        scanned(acme, MONDAY_10 + timedelta(days=day, hours=8))
    Task.objects.filter(kind="raise").update(done_at=F("created_at"))
    for day in range(8, 15):
        scanned(acme, MONDAY_10 + timedelta(days=day, hours=8))
    assert Task.objects.filter(kind="raise", done_at=None).count() == 1


def test_a_task_goes_to_who_can_act_when_its_owner_is_away_or_gone(acme: Cast) -> None:
    TimeOff.objects.create(member=acme.mona, starts_at=MONDAY_10, ends_at=MONDAY_10 + timedelta(days=60))
    [handoff] = offer_records(acme.acme, make_records(acme.acme), by=acme.dana)
    scanned(acme, handoff.due_at)
    assert Task.objects.get().assignee_id == acme.ada.pk  # the seam's owner, while the manager is away


def test_an_open_task_is_passed_up_when_its_owner_is_gone_at_the_next_repetition(acme: Cast) -> None:
    [handoff] = offer_records(acme.acme, make_records(acme.acme), by=acme.dana)
    for day in range(8):
        scanned(acme, MONDAY_10 + timedelta(days=day, hours=8))
    task = Task.objects.get(kind="raise")
    owner = Member.objects.create(role="owner", name="Olga", email="olga@acme.example")
    TimeOff.objects.create(member=acme.ada, starts_at=MONDAY_10, ends_at=MONDAY_10 + timedelta(days=60))
    for day in range(8, 12):
        scanned(acme, MONDAY_10 + timedelta(days=day, hours=8))
    task.refresh_from_db()
    assert task.assignee_id == owner.pk and Task.objects.filter(kind="raise").count() == 1


def test_what_came_back_is_never_the_task_of_somebody_who_is_gone(acme: Cast) -> None:
    handoff, rep, _ = offered(acme)
    Member.objects.filter(pk=acme.dana.pk).update(is_active=False)
    answering.reject(handoff, "inaccurate_data", by=rep, at=MONDAY_10 + HOUR)
    holder = Task.objects.get().assignee
    assert holder is not None and holder.is_active and holder.kind == "person"


def test_offering_again_says_nothing_of_records_that_are_open_already(acme: Cast) -> None:
    [handoff] = offer_records(acme.acme, make_records(acme.acme), by=acme.dana)
    seam = blueprint_of(acme.acme).seams_by_id[handoff.seam_id]
    assert returning.offer_again(acme.acme, seam, [handoff.record_id], by=None, at=MONDAY_10) == []
