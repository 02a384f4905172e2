"""Scans, hands and other scans at the same moment: what came back is offered once, a queue gives each away once."""

from datetime import timedelta

import pytest
from django.db.models import Count

from core.people.models import TimeOff
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering, offering, releasing, scanning
from handoffs.models import Assignment, Handoff
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records
from tests.handoffs.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
DUE = MONDAY_10 + 2 * HOUR


def test_what_came_back_is_offered_once_whoever_comes(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        records = make_records(cast.acme, 12)
        for handoff in offer_records(cast.acme, records, by=cast.dana):
            answering.recall(handoff, by=cast.dana, at=MONDAY_10 + HOUR)
        Handoff.objects.update(again_at=DUE)

    def scan() -> int:
        with workspace_scope(cast.acme):
            return scanning.scan(cast.acme, DUE)

    def by_hand() -> None:
        for record in reversed(records):
            with workspace_scope(cast.acme):
                offering.offer(Record.objects.get(pk=record.pk), "marketing_to_sales", by=cast.mona, at=DUE)

    def from_the_list() -> None:
        with workspace_scope(cast.acme):
            releasing.release(cast.acme, [each.pk for each in records], by=cast.ada, at=DUE)

    came = at_once(scan, by_hand, from_the_list, scan, by_hand, scan)
    assert not [each for each in came if isinstance(each, Exception)], came
    with workspace_scope(cast.acme):
        while scanning.scan(cast.acme, DUE):
            pass
        assert Handoff.objects.open().count() == 12
        assert not Handoff.objects.open().values("record").annotate(n=Count("id")).filter(n__gt=1).exists()
        assert not Handoff.objects.exclude(state="offered").filter(again_at__isnull=False).exists()


def test_a_queue_gives_each_away_once(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        for member in (cast.rick, cast.rosa, cast.mona):
            TimeOff.objects.create(member=member, starts_at=MONDAY_10, ends_at=MONDAY_10 + HOUR)
        offer_records(cast.acme, make_records(cast.acme, 20), by=cast.dana)
        Handoff.objects.update(again_at=DUE)

    def scan() -> int:
        with workspace_scope(cast.acme):
            return scanning.scan(cast.acme, DUE, limit=7)

    came = at_once(*[scan] * 5)
    assert not [each for each in came if isinstance(each, Exception)], came
    with workspace_scope(cast.acme):
        while scanning.scan(cast.acme, DUE):
            pass
        held = [each.assignee_id for each in Handoff.objects.open()]
        assert sorted(held.count(each) for each in set(held)) == [10, 10] and None not in held
        assert Assignment.objects.filter(cause="drained").count() == 20
        assert Assignment.objects.filter(ended_at=None).count() == 20
