"""A database of the last release, migrated to now, is the database a new installation gets."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.db import connection
from psycopg2 import sql

from core import roles
from devtools.stack.folders import ROOT
from tests.plugins import database
from tests.upgrade.catalog import catalog, differences

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
RELEASED = Path(__file__).with_name("released.sql.gz")


@pytest.fixture
def released(db: None) -> Iterator[str]:
    """The name of a database as the last release left it, with rows of two companies."""
    name = f"upgraded_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with database.owner_on() as server:
        database._drop(server, name)
        server.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
    try:
        with database.owner_on(name) as cursor:
            cursor.execute(gzip.decompress(RELEASED.read_bytes()).decode())
            cursor.execute("reset search_path")
        with database.owner_on(name) as cursor:
            roles.grant(cursor, name, database._role_names())
        yield name
    finally:
        with database.owner_on() as server:
            database._drop(server, name)


def environment(name: str) -> dict[str, str]:
    env = dict(os.environ, DJANGO_SETTINGS_MODULE="revops.settings")
    for variable in roles.URLS.values():
        env[variable] = urlunsplit(urlsplit(env[variable])._replace(path=f"/{name}"))
    return env


def manage(name: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(name), capture_output=True, text=True)


def test_an_upgraded_database_is_a_fresh_one(released: str) -> None:
    with psycopg2.connect(environment(released)["DATABASE_OWNER_URL"]) as line, line.cursor() as cursor:
        cursor.execute("select count(*) from lifecycle_record")
        records = cursor.fetchone()
    migrated = manage(released, "migrate", "--verbosity", "0")
    assert migrated.returncode == 0, migrated.stderr[-3000:]
    with database.owner_on(released) as cursor:
        upgraded = catalog(cursor)
        cursor.execute("select count(*) from lifecycle_record")
        assert cursor.fetchone() == records and records[0] > 0, "rows are what they were"
        cursor.execute(
            "select count(*), count(*) filter (where rule ? 'key') from blueprint_blueprintversion,"
            " jsonb_path_query(document, '$.seams[*].routing[*]') rule"
        )
        rules, keyed = cursor.fetchone()
        assert rules == keyed > 0, "items of every document have keys"
        cursor.execute(
            "select count(*), count(*) filter (where jsonb_array_length(document -> 'functions') = 10)"
            " from (select document from blueprint_blueprintversion union all"
            " select document from governance_changerequest where document is not null) kept"
        )
        documents, listing = cursor.fetchone()
        assert documents == listing > 0, "every document lists the functions that there were"
        cursor.execute("select distinct facts_from from lifecycle_stagestay")
        assert {mark for (mark,) in cursor} <= {"", "file", "events", "present"}, "every older stay is filled"
    with database.owner_on(str(connection.settings_dict["NAME"])) as cursor:
        fresh = catalog(cursor)
    assert not differences(upgraded, fresh), "\n".join(differences(upgraded, fresh))
    a_lifetime = "1000000000"  # nobody has scanned the released rows since; late is not broken
    audited = manage(released, "audit_identities", "--grace", a_lifetime)
    assert audited.returncode == 0, audited.stdout + audited.stderr[-2000:]


def test_a_difference_in_any_corner_is_found(db: None) -> None:
    with database.owner_on(str(connection.settings_dict["NAME"])) as cursor:
        before = catalog(cursor)
    changes = {
        "functions": "alter function public.new_id() stable",
        "triggers": "alter table history_event disable trigger append_only",
        "policies": "drop policy tenant on history_event",
        "indexes": "drop index event_of_kind",
        "tables": "alter table history_event no force row level security",
        "columns": "alter table history_event alter column kind drop not null",
        "constraints": "alter table handoffs_handoff drop constraint never_limbo",
        "default privileges": "alter default privileges in schema public grant truncate on tables to app",
    }
    with database.owner_on(str(connection.settings_dict["NAME"])) as cursor:
        for kind, change in changes.items():
            cursor.execute(f"begin; {change}")
            assert any(said.startswith(kind) for said in differences(catalog(cursor), before)), kind
            cursor.execute("rollback")
