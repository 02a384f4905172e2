"""Killing any process at any moment loses nothing and doubles nothing: real workers, real beats, an emptied Redis."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from core.database import refresh_statistics
from core.history.models import Event
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from handoffs.models import Assignment, Escalation, Handoff, Task
from tests.cast import make_cast
from tests.handoffs.factories import make_records, offer_records

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kills]
ROOT = Path(__file__).resolve().parents[2]
COUNT = 1_500
# What has fallen due of an offer of a month ago: two people missed it, each by a clock of their own, and it was raised.
STEPS = {"warn": 2, "task": 2, "reassign": 2, "raise": 1}


@pytest.fixture
def spawn(tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Start a Celery process on the test's database; whatever still runs at the end is killed, by its own group."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    database_url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    env = {**os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "revops.settings"}
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> "subprocess.Popen[bytes]":
        with (tmp_path / "celery.log").open("ab") as log:
            started.append(
                subprocess.Popen(
                    [sys.executable, "-m", "celery", "-A", "revops", *arguments],
                    cwd=ROOT,
                    env=env,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )
        return started[-1]

    yield start
    for each in started:
        kill(each)
    print((tmp_path / "celery.log").read_text()[-4000:])  # pytest shows it when the test fails


def kill(process: "subprocess.Popen[bytes]") -> None:
    """kill -9 of the process and its children; it leads a session of its own."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def worker(spawn: Callable[..., "subprocess.Popen[bytes]"], name: str) -> "subprocess.Popen[bytes]":
    options = ("-Q", "sla", "-c", "1", "-n", f"{name}@here", "--without-mingle", "--without-gossip", "-l", "WARNING")
    return spawn("worker", *options)


def ask_for_a_scan() -> None:
    """What beat does, sooner than its fifteen seconds."""
    from revops.celery import app

    app.send_task("handoffs.scan")


def taken() -> int:
    """Steps taken so far, at Acme."""
    with workspace_scope(Workspace.objects.get(slug="acme")):
        return Escalation.objects.count()


def is_in_mid_scan() -> bool:
    """A worker's transaction is open at this moment; nobody else is on the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            " and state in ('active', 'idle in transaction') and xact_start is not null"
        )
        return bool(cursor.fetchone()[0])


def wait_for(what: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, f"it did not come about in time: {taken()} steps taken"
        time.sleep(0.003)


def test_kills_two_beats_and_a_flushed_redis_lose_nothing_and_double_nothing(
    spawn: Callable[..., "subprocess.Popen[bytes]"], tmp_path: Path
) -> None:
    now = timezone.now()
    cast = make_cast(now - timedelta(days=60))
    with workspace_scope(cast.acme):
        offer_records(
            cast.acme, make_records(cast.acme, COUNT, at=now - timedelta(days=30)), at=now - timedelta(days=30)
        )
    refresh_statistics()  # what the server's housekeeping does by itself; it is off under the tests
    queue = redis.Redis.from_url(settings.REDIS_URL)
    for number in (1, 2):
        spawn("beat", "-s", str(tmp_path / f"schedule{number}"), "--pidfile=", "-l", "WARNING")
    kills, before = 0, 0
    for number in range(3):
        each = worker(spawn, f"victim{number}")
        ask_for_a_scan()
        wait_for(lambda before=before: taken() > before and is_in_mid_scan(), 40)
        kill(each)
        kills += 1
        queue.flushdb()  # our database of it: parallel tests share the server
        before = taken()
        assert before < COUNT * sum(STEPS.values()), "the worker was done before it could be killed"
    survivors = [worker(spawn, "survivor1"), worker(spawn, "survivor2")]
    ask_for_a_scan(), ask_for_a_scan()  # from here on the two beats alone would do, a little later
    wait_for(lambda: taken() == COUNT * sum(STEPS.values()), 90)
    queue.flushdb()
    ask_for_a_scan()
    time.sleep(1)
    for each in survivors:
        kill(each)
    assert kills == 3
    with workspace_scope(cast.acme):
        for action, times in STEPS.items():
            found = Escalation.objects.filter(action=action)
            assert (found.count(), found.values("handoff").distinct().count()) == (COUNT * times, COUNT), action
        for kind, action in (("breach", "task"), ("raise", "raise")):
            found = Task.objects.filter(kind=kind, assignee__isnull=False)
            assert (found.count(), found.values("handoff").distinct().count()) == (COUNT * STEPS[action], COUNT), kind
        for kind, times in (("warned", 2), ("breached", 2), ("reassigned", 1), ("nobody_left", 1), ("raised", 1)):
            assert Event.objects.filter(kind=f"handoff.{kind}").count() == COUNT * times, kind
        assert Assignment.objects.filter(ended_at__isnull=True).count() == COUNT
        assert Assignment.objects.filter(missed=True).count() == COUNT
        assert not Handoff.objects.filter(breached_at__isnull=True).exists()
        assert not Handoff.objects.exclude(clock_run=2).exists()
        assert len(set(Handoff.objects.values_list("breached_at", flat=True))) == 1  # the due time, not the scan's
        assert Task.objects.values("number").distinct().count() == Task.objects.count()
