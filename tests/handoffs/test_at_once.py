"""Two at once: one answer counts, turns are shared, and the scan waits for nobody."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from handoffs.actions import answering, scanning
from handoffs.errors import HandoffAlreadyAnswered
from handoffs.models import Assignment, Escalation, Handoff, Rotation
from revops.workspaces.scope import workspace_scope
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db(transaction=True)
LATE = MONDAY_10 + timedelta(days=1)


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do them at the same moment, each on a connection of its own; results, or what was raised."""
    gate = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        try:
            gate.wait(10)
            return deed()
        except Exception as raised:
            return raised
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_of_two_answers_one_counts_and_the_other_hears_who_was_first(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme))

    def accept() -> object:
        with workspace_scope(cast.acme):
            return answering.accept(handoff, by=cast.mona, at=MONDAY_10).state

    def reject() -> object:
        with workspace_scope(cast.acme):
            return answering.reject(handoff, "no_budget", by=cast.ada, at=MONDAY_10).state

    came = at_once(accept, reject)
    [refused] = [each for each in came if not isinstance(each, str)]
    assert isinstance(refused, HandoffAlreadyAnswered), came
    assert refused.facts["by"] in ("Mona", "Ada")


def test_two_batches_at_once_share_the_turns_and_the_numbers(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        batches = [make_records(cast.acme, 25) for _ in range(4)]

    def offer(records: list[Any]) -> Callable[[], int]:
        def deed() -> int:
            with workspace_scope(cast.acme):
                return len(offer_records(cast.acme, records))

        return deed

    assert at_once(*map(offer, batches)) == [25] * 4
    with workspace_scope(cast.acme):
        assert list(Rotation.objects.values_list("given", flat=True)) == [50, 50]
        assert sorted(Handoff.objects.values_list("number", flat=True)) == list(range(1, 101))


def test_the_same_record_offered_twice_at_once_is_offered_once(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        records = make_records(cast.acme, 5)

    def offer() -> int:
        with workspace_scope(cast.acme):
            return len(offer_records(cast.acme, records))

    assert sorted(at_once(offer, offer)) == [0, 5]
    with workspace_scope(cast.acme):
        assert Assignment.objects.count() == 5


def test_scans_at_once_take_each_step_once(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        offer_records(cast.acme, make_records(cast.acme, 120))

    def scan() -> int:
        taken = 0
        for _ in range(12):
            with workspace_scope(cast.acme):
                taken += scanning.scan(cast.acme, LATE, limit=50)
        return taken

    came = at_once(scan, scan, scan)
    with workspace_scope(cast.acme):
        while found := scanning.scan(cast.acme, LATE):
            came.append(found)
        assert sum(came) == Escalation.objects.count()
        assert Escalation.objects.filter(action="task").count() == 120
        assert Assignment.objects.filter(ended_at__isnull=True).count() == 120


def test_an_answer_under_way_is_skipped_and_not_waited_for(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        one, other = offer_records(cast.acme, make_records(cast.acme, 2))

    def scan() -> int:
        with workspace_scope(cast.acme):
            return scanning.scan(cast.acme, MONDAY_10 + timedelta(hours=4))

    with workspace_scope(cast.acme):
        answering.accept(one, by=cast.mona, at=MONDAY_10)
        assert at_once(scan) == [1]
    with workspace_scope(cast.acme):
        assert Escalation.objects.get().handoff_id == other.pk
