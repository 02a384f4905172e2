"""A ladder never ends, and its tasks belong to who can act."""

from datetime import timedelta

import pytest
from django.db.models import F

from core.people.models import Member, TimeOff
from handoffs.actions import answering
from handoffs.models import Task
from tests.cast import MONDAY_10, Cast
from tests.handoffs.coming_back import HOUR, offered, scanned
from tests.handoffs.factories import make_records, offer_records, running

pytestmark = pytest.mark.django_db


def test_a_ladder_never_ends_its_last_step_is_taken_again_until_somebody_acts(acme: Cast) -> None:
    [handoff] = offer_records(acme.acme, make_records(acme.acme), by=acme.dana)
    for day in range(30):
        for hour in range(0, 24, 3):
            scanned(acme, MONDAY_10 + timedelta(days=day, hours=hour))
    handoff.refresh_from_db()
    steps = list(handoff.escalations.order_by("clock_run", "step").values_list("clock_run", "step", "action"))
    assert len(steps) == len(set(steps)) and running(handoff).next_rung_at is not None
    raised = [each for each in steps if each[2] == "raise"]
    assert len(raised) > 10  # about one a working day
    assert Task.objects.filter(kind="raise").count() == 1  # asked again, not doubled
    assert Task.objects.get(kind="raise").assignee_id == acme.ada.pk
    answering.accept(handoff, by=acme.mona, at=MONDAY_10 + timedelta(days=30, hours=1))
    handoff.refresh_from_db()
    assert handoff.state == "accepted" and not handoff.clocks.filter(kind="answer", stopped_at=None).exists()


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
