"""Leaving while handoffs come in: nothing is left with somebody who is gone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from core.errors import RuleSaysNo
from core.people.membership import deactivate
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff
from tests.cast import MONDAY_10, Cast
from tests.governance.test_at_once import wait_until_somebody_waits
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


def test_who_receives_does_not_leave_before_they_have_it(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        make_records(cast.acme, 3, path="sales/discovery", owner=cast.rick)

    def heir_leaves() -> None:
        try:
            with workspace_scope(cast.acme):
                deactivate(cast.rosa, by=cast.ada, at=MONDAY_10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with workspace_scope(cast.acme):
            assert depart(cast.rick, cast.rosa, by=cast.ada, at=MONDAY_10).counts["record"] == 3
            leaves = pool.submit(heir_leaves)
            wait_until_somebody_waits()
        with pytest.raises(RuleSaysNo, match="still has 3 open records"):
            leaves.result()
