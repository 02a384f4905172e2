"""Files of several workspaces, and several files of one: whose turn it is, in what order, and what is kept between."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

import psycopg2
import pytest
from django.db import connection

from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from imports import opening, starting
from imports.run import run_workspace
from imports.staging import CHUNK, PACE
from imports.tasks import run_imports
from lifecycle.models import Import, ImportFile, Record, StagedRows, StageStay
from tests.cast import Cast, make_cast

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
NAMED = {"ID": "external_id", "Name": "name"}


def deals(count: int) -> str:
    return "ID,Name\n" + "".join(f"{number},Deal {number}\n" for number in range(count))


def received(workspace: Workspace, by: Member, text: str, columns: dict[str, str] = NAMED, **more: Any) -> Import:
    with workspace_scope(workspace):
        by.workspace = workspace
        given = {"target": "opportunities", "columns": columns, **more}
        return opening.receive(file_name="f.csv", content=text.encode(), given=given, by=by, at=AT)


def started(workspace: Workspace, by: Member, text: str, columns: dict[str, str] = NAMED, **more: Any) -> Import:
    job = received(workspace, by, text, columns, **more)
    with workspace_scope(workspace):
        return starting.start(job, by=by, at=AT)


def look(workspace: Workspace, job: Import) -> Import:
    with workspace_scope(workspace):
        job.refresh_from_db()
    return job


def run(cast: Cast, job: Import, chunks: int = 1_000) -> Import:
    left = iter(range(chunks))
    run_workspace(cast.acme.pk, clock=lambda: AT, until=lambda: next(left, None) is None)
    return look(cast.acme, job)


def counts(job: Import) -> tuple[str, int, int, int, int]:
    return (job.state, job.created_count, job.updated_count, job.unchanged_count, job.rejected_count)


@pytest.mark.django_db(transaction=True)
def test_a_small_file_waits_for_a_turn_and_not_for_the_end_of_a_large_one() -> None:
    cast = make_cast()
    large = started(cast.acme, cast.ada, deals(3 * CHUNK))
    small = started(cast.globex, cast.otto, deals(30))
    run_imports(str(cast.acme.pk), turn_s=0, alone_s=0)
    large, small = look(cast.acme, large), look(cast.globex, small)
    assert (large.state, small.state) == ("finished", "finished")
    assert small.finished_at and large.finished_at and small.finished_at < large.finished_at


def test_while_a_large_file_is_read_the_small_files_of_others_come_in(cast: Cast) -> None:
    large = started(cast.acme, cast.ada, deals(PACE + 1))
    small = started(cast.globex, cast.otto, deals(30))
    seen: list[tuple[int, str]] = []

    def pause() -> None:
        run_workspace(cast.globex.pk, clock=lambda: AT, until=lambda: False, is_brief=True)
        seen.append((look(cast.acme, large).done_rows, look(cast.globex, small).state))

    chunks = iter(range(1))
    run_workspace(cast.acme.pk, clock=lambda: AT, until=lambda: next(chunks, None) is None, pause=pause)
    assert seen[0] == (0, "finished")
    assert look(cast.acme, large).done_rows == CHUNK


@pytest.mark.django_db(transaction=True)
def test_files_leave_a_process_of_each_worker_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    job, here = started(cast.acme, cast.ada, deals(3)), crc32(socket.gethostname().encode()) >> 1
    with another_worker_at(here, 1):
        run_imports()
        assert look(cast.acme, job).state == "waiting"
        monkeypatch.setenv("WORKERS", "3")
        run_imports()
        assert look(cast.acme, job).state == "finished"
    monkeypatch.setenv("WORKERS", "1")
    job = started(cast.globex, cast.otto, deals(3))
    run_imports()
    assert look(cast.globex, job).state == "finished"


def test_files_of_a_workspace_come_in_one_after_the_other_as_they_were_started(cast: Cast) -> None:
    sold = received(cast.acme, cast.ada, "ID,Name,Owner\n1,Roof,Ann Lee\n", {**NAMED, "Owner": "owner"})
    people = received(cast.acme, cast.ada, "Agent\nAnn Lee\n", {"Agent": "name"}, target="people")
    with workspace_scope(cast.acme):
        starting.start(people, by=cast.ada, at=AT)
        starting.start(sold, by=cast.ada, at=AT.replace(minute=1))
    with another_worker_at(cast.acme.pk.int % 2**63):
        assert (run(cast, people).state, look(cast.acme, sold).state) == ("waiting", "waiting")
    assert (run(cast, people).state, look(cast.acme, sold).state) == ("finished", "finished")
    with workspace_scope(cast.acme):
        owner = Record.objects.get().owner
        assert owner and owner.name == "Ann Lee"


@contextmanager
def another_worker_at(*key: int) -> Iterator[None]:
    """Somebody else works on a workspace's files, or has a place, then dies, and the server hears of it."""
    place = connection.get_connection_params()
    other = psycopg2.connect(**{key: place[key] for key in ("host", "port", "dbname", "user", "password")})
    with other.cursor() as cursor:
        cursor.execute(f"select pg_advisory_lock({', '.join(map(str, key))})")
    yield
    pid = other.info.backend_pid
    other.close()
    with connection.cursor() as cursor:
        for _ in range(1_000):
            cursor.execute("select pg_stat_clear_snapshot(), count(*) from pg_stat_activity where pid = %s", [pid])
            if not cursor.fetchone()[1]:
                break


def test_a_file_is_read_once_and_again_only_where_a_crash_took_what_was_read(cast: Cast) -> None:
    text = deals(2 * CHUNK) + "7,Deal seven\n"
    job = run(cast, started(cast.acme, cast.ada, text), chunks=1)
    with workspace_scope(cast.acme):
        content = ImportFile.objects.get().content
        ImportFile.objects.all().delete()
    assert run(cast, job, chunks=1).done_rows == 2 * CHUNK, "without the file"
    with workspace_scope(cast.acme):
        StagedRows.objects.all().delete()
        ImportFile.objects.create(of=job, content=content)
    assert counts(run(cast, job)) == ("finished", 2 * CHUNK, 1, 0, 0)
    assert job.findings["repeats"] == {"exact_duplicate": 0, "repeated_id": 1}
    with workspace_scope(cast.acme):
        assert Record.objects.get(external_ids__value="7").name == "Deal seven"


def test_a_cancelled_import_keeps_no_rows_waiting_and_goes_on_where_it_stopped(cast: Cast) -> None:
    job = run(cast, started(cast.acme, cast.ada, deals(CHUNK + 5)), chunks=1)
    with workspace_scope(cast.acme):
        assert StagedRows.objects.count() == 1
        starting.cancel(job, by=cast.ada, at=AT)
    assert run(cast, job).state == "cancelled"
    with workspace_scope(cast.acme):
        assert not StagedRows.objects.exists()
        starting.start(job, by=cast.ada, at=AT)
    assert counts(run(cast, job)) == ("finished", CHUNK + 5, 0, 0, 0)


def test_of_many_rows_of_one_id_the_last_stands_and_each_adds_its_stage(cast: Cast) -> None:
    stages = ("discovery", "qualification")
    rows = [f"D1,Roof {number},{stages[number // 35]},2025-01-0{number // 35 + 1}" for number in range(70)]
    text = "ID,Name,Stage,Since\n" + "\n".join(rows) + "\n"
    columns = {**NAMED, "Stage": "stage", "Since": "entered_stage_at"}
    job = run(cast, started(cast.acme, cast.ada, text, columns, history=True))
    assert (job.state, job.done_rows, job.created_count, job.rejected_count) == ("finished", 70, 1, 0)
    with workspace_scope(cast.acme):
        record = Record.objects.get()
        assert record.name == "Roof 69"
        stays = StageStay.objects.filter(record=record)
        before = list(stays.order_by("entered_at").values_list("stage__key", "entered_at"))
        assert [stage for stage, _ in before] == list(stages)
    again = run(cast, started(cast.acme, cast.ada, text, columns, history=True))
    assert counts(again) == ("finished", 0, 0, 70, 0)
    with workspace_scope(cast.acme):
        assert list(stays.order_by("entered_at").values_list("stage__key", "entered_at")) == before
