"""The operator learns from outside whether the process lives and whether the product keeps its promises."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.database import owner_cursor
from core.operating import readiness
from core.operating.heartbeats import beat
from core.operating.setting_aside import set_aside
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from governance.tasks import run_impacts
from imports.tasks import run_imports
from lifecycle.models import Import
from scorecard.models import DirtyDay
from tests.cast import Cast
from tests.handoffs.factories import make_records, offer_records

NOBODY_LISTENS = "redis://127.0.0.1:9/0"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No figures of another test."""
    readiness._asked.clear()
    yield
    readiness._asked.clear()


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    readiness._asked.clear()
    answer = client.get("/readyz")
    return answer.status_code, answer.json()


def all_clocks_run() -> None:
    for name in ("handoffs.scan", "beat"):
        beat(name)


def age(name: str, seconds: int) -> None:
    """As if it had last run so long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update operating_heartbeat set at = now() - make_interval(secs => %s) where name = %s", [seconds, name]
        )


def test_alive_asks_nobody(client: Client) -> None:
    """No database mark: any query would fail the test."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"ok\n", "no-store")


@pytest.mark.django_db(transaction=True)
def test_ready_while_the_clocks_run_and_late_when_they_stop(client: Client) -> None:
    status, told = ready(client)
    assert status == 503 and told["late"] == ["scan_age_seconds", "beat_age_seconds"], "a clock that never ran is late"
    all_clocks_run()
    status, told = ready(client)
    assert (status, told["state"], told["late"]) == (200, "ready", [])
    assert 0 <= told["scan_age_seconds"] < 30
    age("handoffs.scan", 119)
    assert ready(client)[0] == 200
    age("handoffs.scan", 121)
    status, told = ready(client)
    assert status == 503 and told["late"] == ["scan_age_seconds"] and told["scan_age_seconds"] >= 121


@pytest.mark.django_db(transaction=True)
def test_every_clock_says_when_it_came_to_its_end(client: Client) -> None:
    run_impacts()
    run_imports()
    _, told = ready(client)
    assert told["tasks"]["governance.run_impacts"]["runs"] == 1 and told["tasks"]["lifecycle.run_imports"]["runs"] == 1
    run_impacts()
    assert ready(client)[1]["tasks"]["governance.run_impacts"]["runs"] == 2


@pytest.mark.django_db(transaction=True)
def test_what_waits_too_long_is_named(client: Client, cast: Cast) -> None:
    all_clocks_run()
    now = timezone.now()
    for workspace in (cast.acme, cast.globex):  # whose days have waited to be folded since the template was made
        with workspace_scope(workspace):
            DirtyDay.objects.all().delete()
    with workspace_scope(cast.acme):
        job = Import.objects.create(
            number=1, target="leads", file_name="a.csv", created_by=cast.ada, state="waiting",
            created_at=now - timedelta(days=9), waiting_since=now,
        )  # fmt: skip
        set_aside("handoff_step", job.pk, what="Handoff 7", trouble=ValueError("broken"), at=now)
    status, told = ready(client)
    assert status == 200, "brought long ago, waiting only now"
    assert told["set_aside"] == 1, "told, and no reason to turn away everybody"
    with workspace_scope(cast.acme):
        Import.objects.update(waiting_since=now - timedelta(hours=1))
    status, told = ready(client)
    assert status == 503 and told["late"] == ["oldest_waiting_import_seconds"]
    with workspace_scope(cast.acme):
        Import.objects.all().delete()
        offer_records(cast.acme, make_records(cast.acme), by=cast.dana, at=now - timedelta(days=9))
    assert ready(client)[1]["late"] == ["oldest_due_step_seconds"]
    Workspace.objects.filter(pk=cast.acme.pk).update(sample_of=cast.globex)
    assert ready(client)[0] == 200, "a sample company has lived in the past"


@pytest.mark.django_db(transaction=True)
def test_it_says_nothing_of_any_tenant(client: Client, cast: Cast) -> None:
    all_clocks_run()
    with workspace_scope(cast.acme):
        set_aside(
            "handoff_step", cast.ada.pk, what="Handoff 7 of Initech", trouble=ValueError("secret"), at=timezone.now()
        )
    readiness._asked.clear()
    said = client.get("/readyz").content.decode().lower()
    assert not any(word in said for word in ("acme", "globex", "initech", "secret", str(cast.ada.pk)))


@pytest.mark.django_db(transaction=True)
def test_a_silent_redis_is_told_and_no_reason_to_stop(client: Client, settings: Any) -> None:
    all_clocks_run()
    settings.CACHES = {**settings.CACHES, "default": {**settings.CACHES["default"], "LOCATION": NOBODY_LISTENS}}
    status, told = ready(client)
    assert (status, told["redis"]) == (200, "silent")


@pytest.mark.django_db(transaction=True)
def test_away_when_the_database_does_not_answer(client: Client) -> None:
    all_clocks_run()
    with owner_cursor() as cursor:
        cursor.execute("lock table operating_heartbeat in access exclusive mode")
        status, told = ready(client)
    assert (status, told["state"], told["database"]) == (503, "away", "silent")
    assert ready(client)[0] == 200, "back as soon as it answers"


@pytest.mark.django_db(transaction=True)
def test_a_monitor_that_asks_often_costs_one_look(client: Client) -> None:
    all_clocks_run()
    first = ready(client)[1]["scan_age_seconds"]
    age("handoffs.scan", 1_000)
    assert client.get("/readyz").json()["scan_age_seconds"] == first
