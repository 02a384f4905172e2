"""Figures for Prometheus: what they count, who may read them, and what they never say."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from core.operating import readiness
from core.operating.heartbeats import beat, schedule_runs
from core.operating.models import Heartbeat
from devtools.stack.folders import ROOT
from tests.cast import Cast


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    readiness._asked.clear()
    yield
    readiness._asked.clear()


def samples(client: Client, **headers: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    readiness._asked.clear()
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (each.name, tuple(sorted(each.labels.items()))): each.value for family in families for each in family.samples
    }


def requests(client: Client, route: str, status: int) -> float:
    wanted = (("method", "GET"), ("route", route), ("status", str(status)))
    return samples(client).get(("revops_requests_total", wanted), 0)


@pytest.mark.django_db(transaction=True)
def test_requests_are_counted_by_route_and_answer(cast: Cast, client: Client) -> None:
    client.force_login(cast.rick.user, backend="django.contrib.auth.backends.ModelBackend")
    route = "w/<slug:workspace>/inbox/"
    before = requests(client, route, 200)
    client.get("/w/acme/inbox/")
    client.get("/w/acme/inbox/")
    assert requests(client, route, 200) - before == 2
    before = requests(client, "-", 404)
    client.get("/nothing/by/this/name/")
    assert requests(client, "-", 404) - before == 1


@pytest.mark.django_db(transaction=True)
def test_they_tell_what_readyz_tells(client: Client) -> None:
    beat("handoffs.scan", took_ms=1_500)
    found = samples(client)
    assert found["revops_up", (("part", "database"),)] == 1
    assert 0 <= found["revops_scan_age_seconds", ()] < 30
    assert found["revops_set_aside", ()] == 0
    assert found["revops_task_took_seconds", (("task", "handoffs.scan"),)] == 1.5
    assert found["revops_ready", ()] == 0, "beat never ran"


@pytest.mark.django_db(transaction=True)
def test_only_with_the_token_or_from_this_machine(client: Client, settings: Any) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403
    settings.METRICS_TOKEN = "a-token"
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer ä"}).status_code == 403
    answer = client.get("/metrics", headers={"Authorization": "Bearer a-token"}, REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_they_name_no_tenant(cast: Cast, client: Client) -> None:
    client.force_login(cast.rick.user, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/w/acme/inbox/")
    client.get("/w/acme/records/1/")
    said = client.get("/metrics").content.decode().lower()
    assert not any(word in said for word in ("acme", "globex", "rick", "records/1"))


def test_the_processes_of_one_server_are_counted_together(tmp_path: Path) -> None:
    """Two processes count; a third that counted nothing tells the sum."""
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "revops.settings"}
    one = "import django; django.setup(); from core.operating.prometheus import count; count('GET', 'r', 200, 0.1)"
    sums = (
        "from prometheus_client import CollectorRegistry, generate_latest, multiprocess; r = CollectorRegistry();"
        "multiprocess.MultiProcessCollector(r); print(generate_latest(r).decode())"
    )
    for program in (one, one):
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=env, check=True)
    told = subprocess.run([sys.executable, "-c", sums], cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    assert 'revops_requests_total{method="GET",route="r",status="200"} 2.0' in told.stdout


@pytest.mark.django_db(transaction=True)
def test_beat_says_that_it_runs_without_waiting_for_the_database() -> None:
    from core.operating import heartbeats

    until = time.monotonic() + heartbeats.EVERY_S + 10  # another test of this process may have let beat tick just now
    while not Heartbeat.objects.filter(name="beat").exists() and time.monotonic() < until:
        schedule_runs()
        assert heartbeats._writing is not None
        heartbeats._writing.join(10)
        time.sleep(0.05)
    assert Heartbeat.objects.get(name="beat").runs == 1
