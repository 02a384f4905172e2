"""A worker whose clock is three days ahead does what the others would have done, by the database's clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from core.database import database_now
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from handoffs.models import Clock, Escalation, Handoff
from revops.celery import app
from tests.cast import Cast
from tests.handoffs.factories import make_records, offer_records
from tests.plugins.processes import process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kills]
WORKER = ("tests.faults.clock_ahead", "-A", "revops", "worker", "--pool", "solo", "-Q", "sla")
SETTLED = ("--without-gossip", "--without-mingle")


def offer_overdue(workspace: Workspace) -> Handoff:
    at = database_now() - timedelta(days=30)
    with workspace_scope(workspace):
        return offer_records(workspace, make_records(workspace, 1, at=at), at=at)[0]


def offer_due_now(workspace: Workspace) -> Handoff:
    """One whose step falls due this very moment, whatever the hour: below a watermark of the days ahead, above a true
    one."""
    handoff = offer_overdue(workspace)
    with workspace_scope(workspace):
        Clock.objects.filter(handoff=handoff).update(next_rung_at=database_now())
    return handoff


def is_taken(workspace: Workspace, handoff: Handoff) -> bool:
    with workspace_scope(workspace):
        return Escalation.objects.filter(handoff=handoff).exists()


def is_due(workspace: Workspace) -> bool:
    with workspace_scope(workspace):
        return Clock.objects.filter(next_rung_at__lte=database_now()).exists()


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
    first = offer_overdue(cast.acme)
    with process(*WORKER, *SETTLED):
        ask_until(lambda: is_taken(cast.acme, first), "the ticks were discarded")
        ask_until(lambda: not is_due(cast.acme), "the first was not taken to its end")  # then the watermark is drawn
        second = offer_due_now(cast.acme)
        ask_until(lambda: is_taken(cast.acme, second), "what fell due was looked past")
    with connection.cursor() as cursor:
        cursor.execute("select at <= clock_timestamp() from operating_heartbeat where name = 'handoffs.scan'")
        assert cursor.fetchone() == (True,)
