"""A worker killed in the middle of an import loses nothing and doubles nothing: another one goes on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from django.utils import timezone

from core import waking
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from imports import opening, starting
from lifecycle.models import ExternalId, Import, Record, Rejection, StageStay
from tests.cast import make_cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.kills]
ROOT = Path(__file__).resolve().parents[2]
ROWS = 4_500
PATIENCE_S = 120
COLUMNS = {
    "ID": {"to": "external_id"},
    "Name": {"to": "name"},
    "Company": {"to": "account"},
    "Owner": {"to": "owner"},
    "Amount": {"to": "amount"},
    "Stage": {"to": "stage"},
    "Opened": {"to": "entered:discovery"},
    "Closed": {"to": "closes_on"},
}
MAPPING = {
    "target": "opportunities",
    "dates": {"time_zone": "UTC"},  # the two workspaces that are compared live in different zones
    "columns": COLUMNS,
    "history": True,
    "unknown_owner": "create",
    "values": {"Stage": {"Won": "closed_won", "Lost": "closed_lost"}},
}


def content() -> bytes:
    """Deals of many companies and owners; every 97th has no amount that can be read, every 89th repeats an id."""
    lines = ["ID,Name,Company,Owner,Amount,Stage,Opened,Closed"]
    for number in range(ROWS):
        amount = "oops" if number % 97 == 5 else number % 900
        known = number - 7 if number % 89 == 8 else number
        stage = "Won" if number % 3 else "Lost"
        owner, company = f"Seller {number % 40} X", f"Company {number % 500}"
        lines.append(f"D{known},Deal {number},{company},{owner},{amount},{stage},2025-01-0{number % 9 + 1},2025-02-11")
    return "\n".join(lines).encode()


@pytest.fixture
def spawn(tmp_path: Path) -> Iterator[Callable[[str], "subprocess.Popen[bytes]"]]:
    """Start a worker of the imports' queue on the test's database; at the end none is left."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    database_url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    env = {**os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "revops.settings"}
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str) -> "subprocess.Popen[bytes]":
        options = ["-Q", "imports", "-c", "1", "-n", f"{name}@here", "--without-mingle", "--without-gossip"]
        command = [sys.executable, "-m", "celery", "-A", "revops", "worker", *options, "-l", "WARNING"]
        with (tmp_path / "celery.log").open("ab") as log:
            started.append(subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True))
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


def start_import(workspace: Workspace, by: Member) -> Import:
    with workspace_scope(workspace):
        by.workspace = workspace
        now = timezone.now()
        job = opening.receive(file_name="deals.csv", content=content(), given=MAPPING, by=by, at=now)
        return starting.start(job, by=by, at=now)


def look(workspace: Workspace, job: Import) -> Import:
    with workspace_scope(workspace):
        job.refresh_from_db()
    return job


def wait_for(what: Callable[[], bool], workspace: Workspace) -> None:
    """Until it has come about; a worker is woken every second, as beat would do more slowly."""
    began = time.monotonic()
    woken = 0.0
    while not what():
        now = time.monotonic()
        assert now < began + PATIENCE_S, "it did not come about in time"
        if now > woken + 1:
            waking.poke(starting.RUN, str(workspace.pk))
            woken = now
        time.sleep(0.02)


def outcome(workspace: Workspace, job: Import) -> dict[str, Any]:
    """Everything the import left behind, without ids and numbers that follow from the order of making."""
    job = look(workspace, job)
    with workspace_scope(workspace):
        known = ExternalId.objects.order_by("value")
        return {
            "counts": (job.state, job.done_rows, job.created_count, job.updated_count, job.unchanged_count),
            "records": list(
                known.values_list(
                    "value", "record__name", "record__amount", "record__stage__key", "record__account__name",
                    "record__owner__name", "record__opened_at", "record__entered_stage_at",
                )
            ),
            "stays": list(
                StageStay.objects.order_by("record__external_ids__value", "entered_at", "stage__position").values_list(
                    "record__external_ids__value", "stage__key", "entered_at", "exited_at"
                )
            ),
            "rejections": list(Rejection.objects.order_by("line").values_list("line", "code", "field")),
            "members": sorted(Member.objects.filter(user=None).values_list("name", flat=True)),
            "records_in_all": Record.objects.count(),
        }  # fmt: skip


def test_killed_again_and_again_the_import_ends_as_if_nothing_had_happened(
    spawn: Callable[[str], "subprocess.Popen[bytes]"],
) -> None:
    cast = make_cast()
    job = start_import(cast.acme, cast.ada)
    killed_at: list[int] = []
    for turn in range(3):
        before = look(cast.acme, job).done_rows
        if job.state == "finished":
            break
        victim = spawn(f"victim{turn}")
        wait_for(lambda before=before: look(cast.acme, job).done_rows > before, cast.acme)
        time.sleep(0.1)  # somewhere inside the next chunk
        kill(victim)
        if look(cast.acme, job).state == "running":
            killed_at.append(job.done_rows)
    assert killed_at, "the worker was always done before it could be killed"
    spawn("survivor")
    wait_for(lambda: look(cast.acme, job).state == "finished", cast.acme)

    twin = start_import(cast.globex, cast.otto)
    wait_for(lambda: look(cast.globex, twin).state == "finished", cast.globex)  # by the survivor, whom nobody kills
    assert outcome(cast.acme, job) == outcome(cast.globex, twin)
    assert look(cast.acme, job).done_rows == ROWS
