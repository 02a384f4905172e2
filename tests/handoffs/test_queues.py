"""Who waits in a queue is given away as soon as somebody is there, in turn and within the caps."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from blueprint.documents import blueprint_of
from core.database import owner_cursor
from core.errors import BadInput
from core.history.models import Event
from core.people.models import Member, Team, TeamSeat, TimeOff
from core.tenancy.scope import here, workspace_scope
from core.tenancy.sweeps import workspaces_with
from handoffs.actions import answering, reassigning, rerouting, scanning
from handoffs.models import Clock, Handoff
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast
from tests.handoffs.coming_back import HOUR, live, offered, scanned
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db


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


def test_what_its_ladder_raised_leaves_a_queue_first(acme: Cast) -> None:
    everybody_away(acme, MONDAY_10 + HOUR)
    TimeOff.objects.exclude(member=acme.rick).update(ends_at=MONDAY_10 + timedelta(days=5))
    TeamSeat.objects.filter(member=acme.rick).update(cap=1)
    raised = offer_records(acme.acme, make_records(acme.acme, 3), by=acme.dana)[-1]
    Handoff.objects.filter(pk=raised.pk).update(priority=1)
    scanned(acme, MONDAY_10 + HOUR + timedelta(minutes=6))
    assert list(Handoff.objects.filter(assignee=acme.rick)) == [raised]


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
        reassigning.reassign(handoffs[0], rick, by=acme.ada, at=MONDAY_10 + 9 * HOUR)
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
        Clock.objects.update(next_rung_at=None)
        Handoff.objects.update(assignee=None, queue_id=blueprint_of(cast.acme).pools[0].id)
        Handoff.objects.update(again_at=MONDAY_10 - timedelta(days=365))
    assert cast.acme.pk in workspaces_with(scanning.DUE_WORKSPACES, low=scanning.EARLIEST)
