"""Which role does what on the test database, which is as real as the one that serves."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg2
import pytest
from django.core.checks import run_checks
from django.db import ProgrammingError, connection, transaction

from core.database import BypassingRole, as_owner, faults_of_role, owner_cursor, refuse_bypassing_role, scanner_cursor
from devtools.stack.folders import ROOT


def who() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("select current_user::text, current_database()::text")
        return cursor.fetchone()


@pytest.mark.django_db
def test_tests_run_as_the_role_that_serves() -> None:
    assert who()[0] == "app"
    assert faults_of_role() == []
    refuse_bypassing_role()
    assert [fault for fault in run_checks(databases=["default"]) if fault.id == "revops.E001"] == []


@pytest.mark.django_db
def test_the_serving_role_cannot_change_a_table() -> None:
    with pytest.raises(ProgrammingError, match="must be owner"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("alter table django_session disable row level security")


@pytest.mark.django_db(transaction=True)
def test_a_role_that_could_bypass_is_refused() -> None:
    with as_owner():
        assert who()[0] == "owner"
        with pytest.raises(BypassingRole, match="may bypass row security"):
            refuse_bypassing_role()
    assert who()[0] == "app"


@pytest.mark.django_db
def test_the_scanner_looks_at_the_database_in_use() -> None:
    with scanner_cursor() as cursor:
        cursor.execute("select current_user::text, current_database()::text")
        assert cursor.fetchone() == ("scanner", who()[1])


@pytest.mark.django_db
def test_the_scanner_may_not_write() -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), scanner_cursor() as cursor:
        cursor.execute("delete from django_session")


@pytest.mark.django_db
def test_a_scanner_connection_that_was_cut_is_opened_again() -> None:
    with scanner_cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with owner_cursor() as cursor, pytest.raises(psycopg2.Error):
        cursor.execute("select pg_terminate_backend(%s)", [pid])  # not the owner's to end
    with pytest.raises(psycopg2.OperationalError), scanner_cursor() as cursor:
        cursor.execute("select pg_terminate_backend(pg_backend_pid())")
    with scanner_cursor() as cursor:
        cursor.execute("select 1")
        assert cursor.fetchone() == (1,)


@pytest.mark.kills
def test_a_process_that_starts_while_the_database_is_away_looks_at_the_role_once_it_is_there() -> None:
    """It waits and serves; but no first connection of a bypassing role is ever used."""
    script = """
import django; django.setup()
from django.conf import settings
from django.db import connection
place = connection.settings_dict
port, place["PORT"] = place["PORT"], "1"
from core.database import BypassingRole, refuse_bypassing_role_from_now_on
refuse_bypassing_role_from_now_on()
place["PORT"] = port
for _ in range(2):
    try:
        with connection.cursor() as cursor: cursor.execute("select 1")
        print("served")
    except BypassingRole: print("refused")
"""
    outcome = {}
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "revops.settings", "DATABASE_URL": os.environ[variable]}
        done = subprocess.run([sys.executable, "-c", script], env=env, cwd=ROOT, capture_output=True, text=True)
        outcome[variable] = done.stdout.split()
    assert outcome == {"DATABASE_URL": ["served"] * 2, "DATABASE_OWNER_URL": ["refused"] * 2}
