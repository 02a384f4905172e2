"""Thirty days of scans over whatever can go wrong with people: nothing waits unseen, nothing is done twice."""

import random
from datetime import datetime, timedelta

import pytest

from core.errors import Refusal
from core.people.models import Member, TeamSeat, TimeOff
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering, scanning
from handoffs.models import Assignment, Escalation, Handoff, Task
from handoffs.queries import limbo
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
REASONS = ("inaccurate_data", "wrong_territory", "packet_incomplete")


def scanned(cast: Cast, at: datetime) -> None:
    while scanning.scan(cast.acme, at):
        pass


def seen(cast: Cast, record: Record, at: datetime) -> bool:
    """Whether the record is in somebody's hands who can act, or stands on the list of what is not."""
    listed = {each.record_number for each in limbo.limbo_items(cast.acme, at)}
    held = Handoff.objects.open().filter(record=record, assignee__is_active=True, assignee__kind="person")
    return record.number in listed or held.exists()


@pytest.mark.parametrize("seed", [2])
def test_in_thirty_days_nothing_waits_unseen(cast: Cast, seed: int) -> None:
    dice = random.Random(seed)
    with workspace_scope(cast.acme):
        records = make_records(cast.acme, 12)
        offer_records(cast.acme, records, by=cast.dana)
        people = [cast.rick, cast.rosa, cast.mona]
        for hour in range(0, 30 * 24, 7):
            at = MONDAY_10 + timedelta(hours=hour)
            _let_something_happen(cast, dice, people, at)
            scanned(cast, at)
            if hour % 84 == 0:
                unseen = [each.number for each in Record.objects.filter(stage__key="mql") if not seen(cast, each, at)]
                assert unseen == [], at
        TimeOff.objects.all().delete()
        Member.objects.filter(pk__in=[each.pk for each in people]).update(is_active=True)
        end = MONDAY_10 + timedelta(days=32)
        for hour in range(0, 24 * 20, 7):  # everybody is back, and nobody touches anything: it finds somebody by itself
            scanned(cast, end + timedelta(hours=hour))
        left = limbo.limbo_items(cast.acme, end + timedelta(days=20))
        assert [(each.cause, each.name) for each in left] == []
        _nothing_was_done_twice()


def _let_something_happen(cast: Cast, dice: random.Random, people: list[Member], at: datetime) -> None:
    waiting = list(Handoff.objects.open().order_by("number"))
    handoff = dice.choice(waiting) if waiting else None
    luck = dice.random()
    try:
        if luck < 0.15:
            who = dice.choice(people)
            TimeOff.objects.create(member=who, starts_at=at, ends_at=at + timedelta(hours=dice.randint(3, 120)))
        elif luck < 0.2:
            who = dice.choice(people[:2])
            Member.objects.filter(pk=who.pk).update(is_active=dice.random() < 0.7)
        elif luck < 0.25:
            TeamSeat.objects.filter(member=dice.choice(people[:2])).update(cap=dice.choice((1, 4, None)))
        elif handoff and luck < 0.6:
            by = handoff.assignee or cast.mona
            answering.reject(handoff, dice.choice(REASONS), "look again", by=by, at=at)
        elif handoff and luck < 0.7:
            answering.recall(handoff, by=cast.mona, at=at)
    except Refusal:
        pass  # whoever has it now is not here: then somebody else must find it


def _nothing_was_done_twice() -> None:
    steps = list(Escalation.objects.values_list("handoff_id", "step", "clock_run"))
    assert len(steps) == len(set(steps))
    live = list(Handoff.objects.open().values_list("record_id", "seam_id"))
    assert len(live) == len(set(live))
    for handoff in Handoff.objects.all():
        hands = list(Assignment.objects.filter(handoff=handoff).order_by("at", "id"))
        assert sum(each.ended_at is None for each in hands) == (handoff.state == "offered")
    assert not Task.objects.filter(done_at=None, assignee__is_active=False).exists()
