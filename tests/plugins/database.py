"""The test database: made and migrated by the owner, copied from a template, used by tests as the serving role."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from psycopg2 import errors, sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from revops.database import as_owner, close_role_connections
from revops.stack import roles
from revops.stack.places import schema_fingerprint

# What a transactional test leaves in place: rows that migrations made and nobody's data.
KEPT_TABLES = ("django_migrations", "django_content_type", "auth_permission")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: pytest.FixtureRequest, request: pytest.FixtureRequest
) -> Iterator[None]:
    """One database for this process, copied from the migrated template, which is made when the migrations changed."""
    suffix = os.environ.get("PYTEST_XDIST_WORKER", "")
    name = f"test_{suffix or 'alone'}"
    template = f"template_{schema_fingerprint()}"
    former_name = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _make_template(template, is_fresh=bool(request.config.getoption("--create-db")))
        _copy(template, name)
        _point_at(name)
        truncating = _truncate_as_owner()
        truncating.__enter__()
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        truncating.__exit__(None, None, None)
        close_role_connections()
        _point_at(former_name)
        with _owner_on_server() as cursor:
            _drop(cursor, name)


def _make_template(template: str, *, is_fresh: bool) -> None:
    """Migrate an empty database once; other processes wait for the first, and older templates go."""
    with _owner_on_server() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext('revops test template'))")
        cursor.execute("select datname from pg_database where datname like 'template\\_%'")
        present = {name for (name,) in cursor.fetchall()}
        if template in present and not is_fresh:
            return
        for name in present:
            _drop(cursor, name)
        being_made = f"being_made_{template}"
        _drop(cursor, being_made)
        cursor.execute(sql.SQL("create database {} template template0").format(sql.Identifier(being_made)))
        _grant(being_made)
        _point_at(being_made)
        call_command("migrate", verbosity=0, interactive=False)
        connection.close()
        rename = sql.SQL("alter database {} rename to {}")
        cursor.execute(rename.format(sql.Identifier(being_made), sql.Identifier(template)))


def _copy(template: str, name: str) -> None:
    with _owner_on_server() as cursor:
        _drop(cursor, name)
        copy = sql.SQL("create database {} template {} strategy file_copy")
        cursor.execute(copy.format(sql.Identifier(name), sql.Identifier(template)))
    _grant(name)  # privileges on a database are not copied with it


def _grant(name: str) -> None:
    """The privileges that a real set-up gives."""
    names = {role: login.name for role, login in zip(roles.URLS, _logins(), strict=True)}
    with _owner_on_server(name) as cursor:
        roles.grant(cursor, name, names)


@contextmanager
def _owner_on_server(database: str = "postgres") -> Iterator[Cursor]:
    """The owner's own line to the server, committing each statement."""
    with _line(roles.Login.from_url(settings.DATABASE_OWNER_URL), database) as line, line.cursor() as cursor:
        yield cursor


@contextmanager
def _line(login: roles.Login, database: str) -> Iterator[Connection]:
    place = connection.settings_dict
    line = psycopg2.connect(
        host=place["HOST"], port=place["PORT"], dbname=database, user=login.name, password=login.password
    )
    line.autocommit = True
    try:
        yield line
    finally:
        line.close()


def _logins() -> list[roles.Login]:
    return [roles.Login.from_url(os.environ[variable]) for variable in roles.URLS.values()]


def _drop(cursor: Cursor, name: str) -> None:
    """Drop it, whoever is still connected."""
    for login in _logins():
        with _line(login, "postgres") as own, own.cursor() as ending:  # a role may end its own sessions, no others
            ending.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s and usename = %s",
                [name, login.name],
            )
    for patience in range(20, -1, -1):
        try:
            cursor.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))
            return
        except errors.ObjectInUse:  # the server's own housekeeping, which leaves by itself
            if not patience:
                raise
            time.sleep(0.5)


def _point_at(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


@contextmanager
def _truncate_as_owner() -> Iterator[None]:
    """After a transactional test, empty the tables it filled; only the owner may."""

    def empty_tables(test: TransactionTestCase) -> None:
        with as_owner():
            _empty_filled_tables()

    former = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = empty_tables  # type: ignore[method-assign]
    try:
        yield
    finally:
        TransactionTestCase._fixture_teardown = former  # type: ignore[method-assign]


def _empty_filled_tables() -> None:
    """Truncate only tables with rows: a handful instead of all of them."""
    tables = [name for name in connection.introspection.table_names() if name not in KEPT_TABLES]
    if not tables:
        return
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        looks = " union all ".join(f"(select '{table}' from {quote(table)} limit 1)" for table in tables)
        cursor.execute(looks)
        filled = [quote(name) for (name,) in cursor.fetchall()]
        if filled:
            cursor.execute(f"truncate {', '.join(filled)} cascade")
