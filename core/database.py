"""Which database role does what: `app` serves, `owner` changes tables, `scanner` looks for workspaces with work due."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

import psycopg2
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from psycopg2.extensions import connection as RawConnection
from psycopg2.extensions import cursor as RawCursor
from psycopg2.extensions import new_type, register_type

from core.postgres import guard
from core.roles import Login
from core.sql import load

ROLE_FAULTS = load("core", "role_faults")
_here = threading.local()
ONLY_DJANGOS = {"assume_role", "isolation_level", "pool", "server_side_binding"}  # options the driver does not know

UUID_OID = 2950  # pg_type.oid of uuid, the same in every database

# Rows name the same few stages, owners and workspaces over and over: each text is read once.
known_uuid = lru_cache(maxsize=4_096)(UUID)
register_type(new_type((UUID_OID,), "UUID", lambda text, cursor: None if text is None else known_uuid(text)))


class BypassingRole(ImproperlyConfigured):
    """The role we serve as could step around row security, so we do not serve."""


@contextmanager
def as_owner(alias: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Let Django's connection be the owner's for a while: for migrations and test set-up only."""
    connection = connections[alias]
    former = connection.settings_dict
    connection.close()
    connection.settings_dict = {**former, **_login("DATABASE_OWNER_URL")}  # this thread's only
    was_owner, _here.is_owner = getattr(_here, "is_owner", False), True
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = former
        _here.is_owner = was_owner


def close_role_connections() -> None:
    """Close this thread's scanner and owner connections, for instance before a test database is dropped."""
    for _, raw in getattr(_here, "kept", {}).values():
        raw.close()
    _here.kept = {}


def database_now() -> datetime:
    """What time it is by the clock that all workers share; a worker's own may be days ahead. One query."""
    now: datetime = _answer("select clock_timestamp()")
    return now


def refresh_statistics() -> int:
    """Let the planner look anew at tables that have doubled since it last did, and how many there were. One query.

    Kept plans are thought over again, too; nothing is locked that readers or writers would wait for."""
    looked_at: int = _answer("select public.refresh_statistics()")
    return looked_at


def _answer(question: str) -> Any:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def refuse_bypassing_role(alias: str = DEFAULT_DB_ALIAS) -> None:
    """Stop the start of a web server or worker whose role could bypass row security. Raises BypassingRole."""
    if faults := faults_of_role(alias):
        raise BypassingRole(" ".join(faults))


def refuse_bypassing_role_from_now_on(alias: str = DEFAULT_DB_ALIAS) -> None:
    """Look at the role now, or, where the database does not answer yet, at the first connection before its first use.

    So a web server or a worker that is started while the database is away waits for it and serves."""

    def look(connection: BaseDatabaseWrapper, **_: Any) -> None:
        if connection.alias == alias and not getattr(_here, "is_owner", False):
            connection_created.disconnect(look)  # before we ask, which would call us again
            try:
                refuse_bypassing_role(alias)
            except BaseException:
                connection_created.connect(look, weak=False)
                connection.close()
                raise

    connection_created.connect(look, weak=False)
    with suppress(OperationalError):
        connections[alias].ensure_connection()


def faults_of_role(alias: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Why the current role must not serve, in sentences; empty when it may. One query."""
    with connections[alias].cursor() as cursor:
        cursor.execute(ROLE_FAULTS.text)
        name, is_super, bypasses, is_member, owned = cursor.fetchone()
    faults = []
    if is_super:
        faults.append(f"The database role {name} is a superuser, whom row security does not bind.")
    if bypasses:
        faults.append(f"The database role {name} may bypass row security.")
    if is_member and not is_super:
        faults.append(f"The database role {name} belongs to a role that may bypass row security.")
    if owned:
        faults.append(f"The database role {name} owns {owned} tables and could switch their row security off.")
    return faults


@register(Tags.database)
def check_bound_role(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The same refusal as a system check: `manage.py check --database default`."""
    if getattr(_here, "is_owner", False):
        return []
    hint = "Point DATABASE_URL at a role made by `python -m core.roles`."
    return [Error(fault, hint=hint, id="revops.E001") for alias in databases or [] for fault in faults_of_role(alias)]


@contextmanager
def _role_cursor(setting: str) -> Iterator[RawCursor]:
    """A cursor of another role on the database Django uses now; one connection is kept per process and thread.

    Each use is one transaction. A connection found dead is opened anew, once."""
    raw = _kept_connection(setting)
    try:
        with raw.cursor() as cursor:
            yield cursor
        raw.commit()
    except BaseException:
        if not raw.closed:  # a line that was cut is opened anew at the next use
            raw.rollback()
        raise


scanner_cursor = partial(_role_cursor, "DATABASE_SCANNER_URL")
owner_cursor = partial(_role_cursor, "DATABASE_OWNER_URL")  # sees every workspace: not for requests or tasks


def _kept_connection(setting: str) -> RawConnection:
    """The thread's connection for the role, to the place Django's default connection points at now."""
    default = connections[DEFAULT_DB_ALIAS].settings_dict
    login = _login(setting)
    place = {"dbname": default["NAME"], "host": default["HOST"], "port": default["PORT"], "user": login["USER"]}
    if getattr(_here, "process", None) != os.getpid():  # after a fork the parent's lines are not ours to use or close
        _here.inherited, _here.kept, _here.process = getattr(_here, "kept", {}), {}, os.getpid()
    kept: dict[str, tuple[dict[str, Any], RawConnection]] = _here.kept
    if setting in kept:
        former_place, raw = kept[setting]
        if former_place == place and _is_alive(raw):
            return raw
        raw.close()
    options = {name: value for name, value in default["OPTIONS"].items() if name not in ONLY_DJANGOS}
    options |= {**place, "password": login["PASSWORD"], "application_name": f"revops {login['USER']}"}
    raw = guard.opened(lambda: psycopg2.connect(**options))
    kept[setting] = (place, raw)
    return raw


def _is_alive(raw: RawConnection) -> bool:
    """Whether the connection still answers, asked outside any transaction of ours."""
    if raw.closed:
        return False
    try:
        with raw, raw.cursor() as cursor:
            cursor.execute("select 1")
    except (psycopg2.OperationalError, psycopg2.InterfaceError):
        return False
    return True


def _login(setting: str) -> dict[str, str]:
    """Name and password from a role's URL, in the spelling of Django's settings."""
    url = getattr(settings, setting)
    if not url:
        raise ImproperlyConfigured(f"{setting} is not set: this step needs that database role.")
    login = Login.from_url(url)
    return {"USER": login.name, "PASSWORD": login.password}
