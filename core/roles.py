"""The three database roles and the database they share; safe to run again and again.

`owner` makes and changes tables and sees every row; `app` serves pages and work and is bound by row security;
`scanner` only looks for workspaces with work due. Run as `python -m core.roles` with an administrator's
DATABASE_ADMIN_URL and the three URLs in the environment, before the first migration of a server of your own.
"""

from __future__ import annotations

import hmac
import os
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

URLS = {"app": "DATABASE_URL", "owner": "DATABASE_OWNER_URL", "scanner": "DATABASE_SCANNER_URL"}
ATTRIBUTES = {
    "owner": "login nosuperuser bypassrls createdb nocreaterole",
    "app": "login nosuperuser nobypassrls nocreatedb nocreaterole",
    "scanner": "login nosuperuser nobypassrls nocreatedb nocreaterole",
}
PATIENCE_S = 10  # for a server to let us in
# A request or a task that hangs must not hold rows for ever; a long task raises its own limit.
LIMITS = {"statement_timeout": "30s", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "60s"}


@dataclass(frozen=True)
class Login:
    """One role's name and password, read from its URL."""

    name: str
    password: str

    @classmethod
    @lru_cache(maxsize=16)
    def from_url(cls, url: str) -> Login:
        """Take name and password out of a database URL."""
        parts = urlsplit(url)
        return cls(unquote(parts.username or ""), unquote(parts.password or ""))


def derived_urls(admin_url: str, secret_key: str) -> dict[str, str]:
    """The three URLs on the administrator's server, their passwords derived from the secret key."""
    parts = urlsplit(admin_url)
    database = parts.path.strip("/")
    if database in ("", "postgres", "template1"):
        database = "revops"
    place = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    urls = {}
    for role, variable in URLS.items():
        password = hmac.new(secret_key.encode(), f"database role {role}".encode(), "sha256").hexdigest()[:40]
        netloc = f"{role}:{quote(password)}@{place}"
        urls[variable] = urlunsplit((parts.scheme, netloc, f"/{database}", parts.query, ""))
    return urls


def ensure(admin_url: str, urls: dict[str, str]) -> None:
    """Make the roles and the database where missing, and set passwords, limits and privileges as they should be."""
    logins = {role: Login.from_url(urls[variable]) for role, variable in URLS.items()}
    database = urlsplit(urls["DATABASE_URL"]).path.strip("/")
    with closing(connect(admin_url, "postgres")) as admin, admin.cursor() as cursor:
        for role, login in logins.items():
            _ensure_role(cursor, login, ATTRIBUTES[role])
        for limit, value in LIMITS.items():
            say(cursor, "alter role {} set {} = {}", logins["app"].name, limit, sql.Literal(value))
        _ensure_database(cursor, database, logins["owner"].name)
    with closing(connect(urls["DATABASE_OWNER_URL"], database)) as owner, owner.cursor() as cursor:
        grant(cursor, database, {role: login.name for role, login in logins.items()})


def grant(cursor: Cursor, database: str, names: dict[str, str]) -> None:
    """Let `app` and `scanner` into the database, and let `app` use what `owner` will make there. Run as owner."""
    owner, app, scanner = names["owner"], names["app"], names["scanner"]
    let_in(cursor, database, names)
    say(cursor, "revoke create on schema public from public, {}, {}", app, scanner)
    say(cursor, "grant usage on schema public to {}, {}", app, scanner)
    default = "alter default privileges for role {} in schema public grant "
    say(cursor, default + "select, insert, update, delete on tables to {}", owner, app)
    say(cursor, default + "usage, select on sequences to {}", owner, app)
    say(cursor, default + "execute on functions to {}, {}", owner, app, scanner)


def let_in(cursor: Cursor, database: str, names: dict[str, str]) -> None:
    """Let `app` and `scanner` connect, and nobody else: what a copy of a database does not take over from it."""
    app, scanner = names["app"], names["scanner"]
    say(cursor, "revoke all on database {} from public", database)
    say(cursor, "grant connect on database {} to {}, {}", database, app, scanner)
    # No temporary tables: one that is named like a guarded table could be read in its place. Granted once, before.
    say(cursor, "revoke temporary on database {} from {}, {}", database, app, scanner)


def _ensure_role(cursor: Cursor, login: Login, attributes: str) -> None:
    cursor.execute("select to_regrole(quote_ident(%s))", [login.name])
    verb = "alter" if cursor.fetchone() != (None,) else "create"
    if verb == "alter" and not _is_superuser(cursor):
        attributes = "login"  # only a superuser may name the others again; they were set when the role was made
    say(cursor, f"{verb} role {{}} {attributes} password {{}}", login.name, sql.Literal(login.password))


def _is_superuser(cursor: Cursor) -> bool:
    return cursor.connection.get_parameter_status("is_superuser") == "on"


def _ensure_database(cursor: Cursor, database: str, owner: str) -> None:
    if not _is_superuser(cursor):  # a hosted server's administrator may give a database only to a role it belongs to
        say(cursor, "grant {} to current_user", owner)
    cursor.execute("select pg_get_userbyid(datdba) from pg_database where datname = %s", [database])
    found = cursor.fetchone()
    if found is None:
        say(cursor, "create database {} owner {} encoding 'UTF8' template template0", database, owner)
    elif found[0] != owner:
        say(cursor, "alter database {} owner to {}", database, owner)


def say(cursor: Cursor, statement: str, *parts: str | sql.Composable) -> None:
    """Run one statement, with names quoted as names; a role of the same name made meanwhile is no trouble."""
    quoted = [part if isinstance(part, sql.Composable) else sql.Identifier(part) for part in parts]
    cursor.execute(sql.SQL(statement).format(*quoted))


def connect(url: str, database: str = "") -> Connection:
    """A connection that commits each statement, to that database of the URL's server or to the URL's own."""
    connection: Connection = psycopg2.connect(at(url, database) if database else url, connect_timeout=PATIENCE_S)
    connection.autocommit = True
    return connection


def at(url: str, database: str) -> str:
    """The URL of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


if __name__ == "__main__":
    ensure(os.environ["DATABASE_ADMIN_URL"], {variable: os.environ[variable] for variable in URLS.values()})
