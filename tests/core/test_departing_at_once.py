"""Leaving while handoffs come in: nothing is left with somebody who is gone."""

from collections.abc import Callable
from typing import Any

import pytest

from core.people.models import Member
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import depart, make_records, offer_records
from tests.handoffs.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_offers_under_way_find_somebody_who_stays(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        offer_records(cast.acme, make_records(cast.acme, 10))
        batches = [make_records(cast.acme, 5) for _ in range(12)]

    def offer(those: list[list[Any]]) -> Callable[[], int]:
        def deed() -> int:
            for records in those:
                with workspace_scope(cast.acme):
                    offer_records(cast.acme, records)
            return len(those)

        return deed

    def leave() -> bool:
        with workspace_scope(cast.acme):
            return depart(cast.rick, by=cast.ada, at=MONDAY_10).may_leave

    assert at_once(offer(batches[:6]), leave, offer(batches[6:])) == [6, True, 6]
    with workspace_scope(cast.acme):
        assert not Member.objects.get(pk=cast.rick.pk).is_active
        assert not Handoff.objects.open().filter(assignee=cast.rick).exists()
        assert Handoff.objects.open().filter(assignee=cast.rosa).count() == 70


def test_who_is_made_to_leave_twice_at_once_leaves_once(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        offer_records(cast.acme, make_records(cast.acme, 10))

    def leave() -> int:
        with workspace_scope(cast.acme):
            return depart(cast.rick, by=cast.ada, at=MONDAY_10).counts["handoff"]

    came = at_once(leave, leave)
    assert 5 in came, came
    with workspace_scope(cast.acme):
        assert Handoff.objects.open().filter(assignee=cast.rosa).count() == 10
