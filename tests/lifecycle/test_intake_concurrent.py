"""Two at once: one record, one open stay, and nobody is told a lie."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from core import kept_plans
from core.errors import WorldMovedOn
from core.people.models import Workspace
from core.tenancy.numbers import take_numbers
from core.tenancy.scope import workspace_scope
from lifecycle.actions.advancing import advance
from lifecycle.actions.intake import Incoming, Outcome, take_in
from lifecycle.models import Account, ExternalId, Record, StageStay
from tests.cast import MONDAY_10, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS = 6


def at_once(deeds: list[Callable[[], Any]]) -> list[Any]:
    """Do them all from threads of their own, beginning together; what they returned or raised."""
    gate, answers = threading.Barrier(len(deeds)), [None] * len(deeds)

    def do(place: int) -> None:
        try:
            gate.wait()
            answers[place] = deeds[place]()
        except Exception as raised:  # handed to the test, which knows what it expects
            answers[place] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def test_the_same_id_at_once_is_one_record() -> None:
    cast = make_cast()

    def deed(caller: int) -> Callable[[], Outcome]:
        def take() -> Outcome:
            with workspace_scope(cast.acme):
                rows = [
                    Incoming(
                        line,
                        "lead",
                        "crm",
                        str(line),
                        {"name": f"From {caller}", "email": f"l{line}@x.example", "account": f"C {line % 4}"},
                        {"demo_requested": True, "employees": 500, "seniority": "VP"},
                    )
                    for line in range(1, 21)
                ]
                if caller % 2:
                    rows.reverse()
                return take_in(Workspace.objects.get(pk=cast.acme.pk), rows, by=cast.dana, at=MONDAY_10)

        return take

    outcomes = at_once([deed(caller) for caller in range(CALLERS)])
    assert [each for each in outcomes if not isinstance(each, Outcome)] == []
    assert sum(each.created for each in outcomes) == 20
    assert all(each.rows == 20 and not each.rejected for each in outcomes)
    with workspace_scope(cast.acme):
        assert Record.objects.count() == ExternalId.objects.count() == 20
        assert sorted(Record.objects.values_list("number", flat=True)) == list(range(1, 21))
        assert Account.objects.count() == 4
        assert StageStay.objects.filter(exited_at__isnull=True).count() == 20


def test_numbers_are_given_in_the_order_in_which_they_were_waited_for() -> None:
    cast = make_cast()

    def take() -> int:
        try:
            with workspace_scope(cast.acme):
                return take_numbers("record")[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(CALLERS) as others:
        with workspace_scope(cast.acme):
            [first] = take_numbers("record")
            answers = []
            for place in range(CALLERS):
                answers.append(others.submit(take))
                wait_for(place + 1)
        numbers = [answer.result(30) for answer in answers]
    assert numbers == [first + place for place in range(1, CALLERS + 1)]


# Other tests wait for locks on the same server; who is in this database holds a lock on something of it.
WAITING_HERE = """
select count(distinct waits.pid) from pg_locks waits join pg_locks has using (pid)
where not waits.granted and has.database = (select oid from pg_database where datname = current_database())
"""


def wait_for(amount: int) -> None:
    """Until so many wait for a lock."""
    until, waiting = time.monotonic() + 30, 0
    while waiting < amount:
        assert time.monotonic() < until, "somebody does not wait"
        with connection.cursor() as cursor:
            cursor.execute(WAITING_HERE)
            [waiting] = cursor.fetchone()


def test_of_two_moves_at_once_the_second_hears_that_the_world_moved_on() -> None:
    cast = make_cast()
    with workspace_scope(cast.acme):
        outcome = take_in(cast.acme, [Incoming(1, "lead", core={"email": "a@x.example"})], by=cast.dana, at=MONDAY_10)
        seen = [Record.objects.get(pk=outcome.ids[1]) for _ in range(4)]

    def deed(place: int) -> Callable[[], Record]:
        def move() -> Record:
            with workspace_scope(cast.acme):
                target = ("disqualified", "recycled")[place % 2]
                return advance(seen[place], target, by=cast.rick, at=MONDAY_10 + timedelta(minutes=place))

        return move

    answers = at_once([deed(place) for place in range(4)])
    assert sum(isinstance(each, Record) for each in answers) == 1
    assert sum(isinstance(each, WorldMovedOn) for each in answers) == 3
    with workspace_scope(cast.acme):
        assert StageStay.objects.filter(exited_at__isnull=True).count() == 1
        assert StageStay.objects.count() == 3


def test_a_move_and_an_update_at_once_lose_nothing() -> None:
    cast = make_cast()
    row = Incoming(1, "lead", core={"email": "a@x.example"})
    with workspace_scope(cast.acme):
        take_in(cast.acme, [row], by=cast.dana, at=MONDAY_10)
        record = Record.objects.get()

    def update(place: int) -> Callable[[], Any]:
        def take() -> Any:
            with workspace_scope(cast.acme):
                hot = {"demo_requested": True, "employees": 500, "seniority": "VP", f"seen_{place}": True}
                changed = Incoming(1, "lead", core={"email": "a@x.example"}, properties=hot)
                return take_in(cast.acme, [changed], by=cast.dana, at=MONDAY_10 + timedelta(minutes=1))

        return take

    def move() -> Any:
        with workspace_scope(cast.acme):
            return advance(record, "disqualified", by=cast.rick, at=MONDAY_10 + timedelta(minutes=2))

    answers = at_once([move, *(update(place) for place in range(4))])
    assert [each for each in answers if isinstance(each, Exception) and not isinstance(each, WorldMovedOn)] == []
    with workspace_scope(cast.acme):
        record = Record.objects.get()
        assert {f"seen_{place}" for place in range(4)} <= set(record.properties)
        assert StageStay.objects.get(exited_at__isnull=True).stage_id == record.stage_id


def test_a_connection_that_forgot_the_statement_prepares_it_again() -> None:
    cast = make_cast()
    with workspace_scope(cast.acme):
        take_in(cast.acme, [Incoming(1, "lead", core={"email": "a@x.example"})], by=cast.dana, at=MONDAY_10)
        with connection.cursor() as cursor:
            cursor.execute("deallocate all")
        take_in(cast.acme, [Incoming(1, "lead", core={"email": "b@x.example"})], by=cast.dana, at=MONDAY_10)
        kept_plans._prepared.clear()
        take_in(cast.acme, [Incoming(1, "lead", core={"email": "c@x.example"})], by=cast.dana, at=MONDAY_10)
        assert Record.objects.count() == 3
