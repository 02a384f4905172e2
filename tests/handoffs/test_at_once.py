"""Two at once: one answer counts, turns are shared, and the scan waits for nobody."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection

from core.history.models import Event
from core.people.models import Team, TimeOff
from core.people.team_seats import seat
from core.tenancy.numbers import take_numbers
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering, scanning
from handoffs.actions.access import hold
from handoffs.actions.offer_batch import ASKED_AGAIN, LOCK_CAPS, LOCK_ROTATION
from handoffs.models import Assignment, Clock, Escalation, Handoff, Rotation, Task
from handoffs.refused import HandoffAlreadyAnswered
from tests.cast import MONDAY_10, Cast
from tests.governance.test_at_once import wait_until_somebody_waits
from tests.handoffs.factories import make_records, offer_records, running
from tests.handoffs.races import prepared, racer, whole

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


def stands_before(handoff: Handoff, action: str) -> tuple[int, datetime]:
    """Let the clock stand before the step of this action: its place, and when it is due."""
    rungs = running(handoff).rungs
    place = [rung["action"] for rung in rungs].index(action)
    due = datetime.fromisoformat(rungs[place]["at"])
    Clock.objects.filter(handoff=handoff).update(rung=place, next_rung_at=due)
    return place, due


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


def test_eight_at_once_leave_chains_stays_and_accounts_whole(cast: Cast) -> None:
    records = prepared(cast, 2)
    until = time.monotonic() + 6
    came = at_once(*(racer(cast, records, seed, 12, until) for seed in range(8)))
    assert not [each for each in came if isinstance(each, Exception)], came
    whole(cast)


def test_whoever_acts_holds_the_record_and_the_handoff(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme))

    def take(table: str, key: object) -> Callable[[], str]:
        def deed() -> str:
            try:
                with workspace_scope(cast.acme), connection.cursor() as cursor:
                    cursor.execute(f"select from {table} where id = %s for no key update nowait", [key])
                return "free"
            except OperationalError as held:
                return type(held.__cause__).__name__

        return deed

    with workspace_scope(cast.acme):
        hold(handoff, by=cast.mona, at=MONDAY_10)
        held = at_once(take("handoffs_handoff", handoff.pk), take("lifecycle_record", handoff.record_id))
    assert held == ["LockNotAvailable"] * 2


def test_a_seat_is_changed_while_somebody_routes_the_queue_and_needs_the_seat_next(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        for member in (cast.rick, cast.rosa, cast.mona):
            TimeOff.objects.create(member=member, starts_at=MONDAY_10, ends_at=LATE)
        routed, other = offer_records(cast.acme, make_records(cast.acme, 2))
        team = Team.objects.get(function="sales")

    def reseat() -> int | None:
        with workspace_scope(cast.acme), connection.cursor() as cursor:
            cursor.execute("set local lock_timeout = '2s'")
            return seat(team, cast.rick, cap=3, by=cast.ada, at=MONDAY_10)[0].cap

    with workspace_scope(cast.acme):
        hold(routed, by=cast.mona, at=MONDAY_10)
        assert at_once(reseat) == [3]
    with workspace_scope(cast.acme):
        again = dict(Handoff.objects.values_list("pk", "again_at"))
        assert again == {other.pk: MONDAY_10, routed.pk: MONDAY_10 + ASKED_AGAIN}


def test_turns_are_held_before_numbers_of_tasks(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        offered = offer_records(cast.acme, make_records(cast.acme, 2))
        for handoff, action in zip(offered, ("task", "reassign"), strict=True):
            stands_before(handoff, action)

    def scan() -> int:
        with workspace_scope(cast.acme):
            return scanning.scan(cast.acme, LATE)

    with ThreadPoolExecutor(1) as pool:
        with workspace_scope(cast.acme):
            for lock in (LOCK_CAPS, LOCK_ROTATION):  # as who rejects many that go to the next in turn
                lock.run(pools=list(Rotation.objects.values_list("pool_id", flat=True)))
            coming = pool.submit(at_once, scan)
            wait_until_somebody_waits()
            take_numbers("task")  # what the scan holds already where it takes them first: nobody goes on then
        assert coming.result() == [2]


@pytest.mark.parametrize("action", ["task", "reassign"])
def test_a_step_that_was_taken_already_makes_no_second_task_and_moves_on(cast: Cast, action: str) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        place, due = stands_before(handoff, action)
        Escalation.objects.create(
            handoff=handoff, step=place, clock_run=1, action=action, due_at=due, taken_at=due, from_member=cast.rick
        )
        assert scanning.scan(cast.acme, due) == 1
        first = handoff.assignee_id
        handoff.refresh_from_db()
        assert Escalation.objects.count() == 1 and not Task.objects.exists()
        assert (running(handoff).rung, handoff.assignee_id, handoff.clock_run) == (place + 1, first, 1)
        assert not Event.objects.filter(kind__in=("handoff.breached", "handoff.set_aside")).exists()
