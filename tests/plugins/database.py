"""The test databases: made and migrated by the owner, copied from templates, used by tests as the serving role.

There are two for each process: a bare one, and one where the cast has been on stage already. Which of them a test gets
is told by whether it asks for `cast`. A company that takes long to live through has a database of its own in the
process that wants it: who asks for its fixture finds it there, made once (tests/plugins/lived.py)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase, override_settings
from psycopg2 import errors, sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from blueprint import documents
from core import roles
from core.database import as_owner, close_role_connections
from devtools.stack.fingerprint import files_of, fingerprint, schema_fingerprint, with_imports
from devtools.stack.folders import ROOT
from tests.cast import make_cast
from tests.plugins.lived import LIVES

CHEAP_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"

# What a transactional test leaves in place: rows that migrations made and nobody's data.
KEPT_TABLES = ("django_migrations", "django_content_type", "auth_permission")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: pytest.FixtureRequest, request: pytest.FixtureRequest
) -> Iterator[None]:
    """The databases of this process, copied from their templates, which are made when what shapes them changed."""
    former_name = connection.settings_dict["NAME"]
    shape = schema_fingerprint()
    schema = f"template_{shape}"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        is_fresh = bool(request.config.getoption("--create-db"))
        _make_template(schema, _migrate, of="template0", is_fresh=is_fresh)
        company = f"company_{shape[:8]}_{_cast_fingerprint()}"
        _make_template(company, _cast, of=schema, is_fresh=is_fresh)
        stage.templates, stage.blocker = {"bare": schema, "cast": company}, django_db_blocker
        stage.enter()
        leaving = _leave_as_owner()
        leaving.__enter__()
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        leaving.__exit__(None, None, None)
        close_role_connections()
        _point_at(former_name)
        with owner_on() as cursor:
            for kind in (*stage.templates, *LIVES):
                _drop(cursor, stage.name(kind))


class Stage:
    """Which database is in use, and which of them are as their template made them."""

    def __init__(self) -> None:
        self.templates: dict[str, str] = {}
        self.blocker: Any = None
        self.wanted = "bare"
        self.clean: set[str] = set()
        self.present = ""

    def name(self, kind: str) -> str:
        """The database of this process."""
        return f"test_{os.environ.get('PYTEST_XDIST_WORKER', '') or 'alone'}_{kind}"

    def enter(self) -> None:
        """Use the database that is wanted; one that a test has left its traces in is copied anew."""
        if not self.templates:
            return
        name = self.name(self.wanted)
        if self.wanted not in self.clean:
            self._make(name)
            self.clean.add(self.wanted)
        if self.present != self.wanted:
            _point_at(name)
            self.present = self.wanted

    def _make(self, name: str) -> None:
        """As its template is; and where a company has to live in it, it does so now."""
        connection.close()
        begins_as, live = LIVES.get(self.wanted, (self.wanted, None))
        _copy(self.templates[begins_as], name)
        if live is not None:
            _point_at(name)
            with self.blocker.unblock(), override_settings(PASSWORD_HASHERS=[CHEAP_HASHER]):
                live()

    def leave(self) -> None:
        """A transactional test is over: the bare database is emptied, another is made anew when next wanted."""
        documents.forget_all()  # another version may come to bear the same number in the same workspace
        if self.present != "bare":
            self.clean.discard(self.present)
            return
        with as_owner():
            _empty_filled_tables()


stage = Stage()
ROOMS = ("core", "blueprint", "lifecycle", "imports", "handoffs", "scorecard", "governance", "integrations", "revops")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """The test's database is in its place before anything is asked of it."""
    if kind := kind_of(item):
        stage.wanted = kind
        stage.enter()


def kind_of(item: pytest.Item) -> str:
    """Which database the test wants; nothing when it wants none."""
    names = getattr(item, "fixturenames", ())
    if item.get_closest_marker("django_db") or {"db", "transactional_db", "live_server"} & set(names):
        return next((kind for kind in (*LIVES, "cast") if kind in names), "bare")
    return ""


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def _cast() -> None:
    with override_settings(PASSWORD_HASHERS=[CHEAP_HASHER]):
        make_cast()


def _cast_fingerprint() -> str:
    """A short mark of everything that founding a workspace goes through, and of the documents it reads."""
    begun = (ROOT / "tests/cast.py", ROOT / "revops/wiring.py", Path(__file__))
    documents = files_of(ROOT, "*.yaml") | files_of(ROOT, "*.sql")
    return fingerprint(ROOT, {*with_imports(ROOT, begun), *documents})


def _make_template(name: str, build: Callable[[], None], *, of: str, is_fresh: bool) -> None:
    """Build a template once; other processes wait for the first, and older ones of its kind go."""
    with owner_on() as cursor:  # a line of its own: the lock is let go as it closes
        cursor.execute("select pg_advisory_lock(hashtext('revops test template'))")
        cursor.execute("select datname from pg_database where datname like %s", [f"{name.split('_')[0]}\\_%"])
        present = {found for (found,) in cursor.fetchall()}
        if name in present and not is_fresh:
            return
        for older in present:
            _drop(cursor, older)
        being_made = f"being_made_{name}"
        _drop(cursor, being_made)
        cursor.execute(sql.SQL("create database {} template {}").format(sql.Identifier(being_made), sql.Identifier(of)))
        with owner_on(being_made) as granting:
            roles.grant(granting, being_made, _role_names())
        _point_at(being_made)
        build()
        close_role_connections()
        connection.close()
        rename = sql.SQL("alter database {} rename to {}")
        cursor.execute(rename.format(sql.Identifier(being_made), sql.Identifier(name)))


def _copy(template: str, name: str) -> None:
    with _owner().cursor() as cursor:
        _drop(cursor, name)
        copy = sql.SQL("create database {} template {} strategy file_copy")
        cursor.execute(copy.format(sql.Identifier(name), sql.Identifier(template)))
        roles.let_in(cursor, name, _role_names())


def _role_names() -> dict[str, str]:
    return {role: roles.Login.from_url(os.environ[variable]).name for role, variable in roles.URLS.items()}


@cache
def _owner() -> Connection:
    """The owner's line to the server, kept for the copies: signing in takes longer than most statements."""
    return roles.connect(settings.DATABASE_OWNER_URL, "postgres")


@contextmanager
def owner_on(database: str = "postgres") -> Iterator[Cursor]:
    """The owner's line to one database, for as long as the block lasts."""
    with closing(roles.connect(settings.DATABASE_OWNER_URL, database)) as line, line.cursor() as cursor:
        yield cursor


def _drop(cursor: Cursor, name: str) -> None:
    """Drop it, whoever is still connected."""
    cursor.execute("select distinct usename from pg_stat_activity where datname = %s", [name])
    present = {user for (user,) in cursor.fetchall()}
    for url in (os.environ[variable] for variable in roles.URLS.values()):
        role = roles.Login.from_url(url).name
        if role in present:  # a role ends its own sessions only
            with closing(roles.connect(url, "postgres")) as own, own.cursor() as ending:
                ending.execute(
                    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s and usename = %s",
                    [name, role],
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
def _leave_as_owner() -> Iterator[None]:
    """After a transactional test the database is put right again, which only the owner may."""

    def leave(test: TransactionTestCase) -> None:
        stage.leave()

    former = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = leave  # type: ignore[method-assign]
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
