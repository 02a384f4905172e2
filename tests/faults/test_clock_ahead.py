"""A worker whose clock is three days ahead does what the others would have done, by the database's clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from handoffs.models import Escalation
from revops.celery import app
from revops.database import database_now
from revops.workspaces.models import Workspace
from revops.workspaces.scope import workspace_scope
from tests.cast import Cast
from tests.handoffs.factories import make_records, offer_records
from tests.plugins.processes import process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
WORKER = ("tests.faults.clock_ahead", "-A", "revops", "worker", "--pool", "solo", "-Q", "sla")
SETTLED = ("--without-gossip", "--without-mingle")


def offer_overdue(workspace: Workspace, days_ago: int) -> None:
    at = database_now() - timedelta(days=days_ago)
    with workspace_scope(workspace):
        offer_records(workspace, make_records(workspace, 1, at=at), at=at)


def steps(workspace: Workspace) -> int:
    with workspace_scope(workspace):
        return Escalation.objects.count()


def ask_until(holds: Callable[[], bool], complaint: str) -> None:
    """A tick a second, as beat sends them."""
    until = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < until, complaint
        app.send_task("handoffs.scan")
        time.sleep(1)


def test_nothing_on_the_schedule_expires() -> None:
    assert [name for name, entry in app.conf.beat_schedule.items() if entry.get("options", {}).get("expires")] == []


def test_a_clock_ahead_neither_discards_a_tick_nor_looks_past_what_is_due(cast: Cast) -> None:
    offer_overdue(cast.acme, days_ago=30)
    with process(*WORKER, *SETTLED):
        ask_until(lambda: steps(cast.acme) > 0, "the ticks were discarded")
        before = steps(cast.acme)
        offer_overdue(cast.acme, days_ago=1)  # below a watermark that a worker three days ahead would have drawn
        ask_until(lambda: steps(cast.acme) > before, "what fell due was looked past")
    with connection.cursor() as cursor:
        cursor.execute("select at <= clock_timestamp() from operating_heartbeat where name = 'handoffs.scan'")
        assert cursor.fetchone() == (True,)
