"""The administrator of our own server, for whom no wall holds."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2

from core.sql import load

ADMIN = "BENCH_ADMIN_URL"  # set by `__main__` alone


@contextmanager
def unhindered() -> Iterator[Any]:
    """The administrator's cursor, in a transaction: no trigger and no reference is asked, no wall holds."""
    with closing(psycopg2.connect(os.environ[ADMIN], dbname="revops")) as server, server, server.cursor() as cursor:
        cursor.execute("set session_replication_role = replica; set work_mem = '128MB'; set jit = off")
        yield cursor


def settle(tables: str) -> None:
    """Statistics, and pages that need no look at their rows, as a server has them that was not filled a minute ago."""
    with closing(psycopg2.connect(os.environ[ADMIN], dbname="revops")) as server:
        server.autocommit = True
        server.cursor().execute(f"vacuum (analyze) {tables}")


def lay_indexes_aside(tables: str) -> None:
    """Drop what only serves reading; many rows are written in half the time without it, and it is built anew faster."""
    with unhindered() as cursor:
        cursor.execute("create table if not exists bench_index (name text primary key, definition text)")
        cursor.execute(load("devtools.benchmarks", "plain_indexes").text, {"tables": tables.split(", ")})
        for name, definition in cursor.fetchall():
            cursor.execute("insert into bench_index values (%s, %s)", [name, definition])
            cursor.execute(f'drop index "{name}"')


def put_indexes_back() -> None:
    """Build those that were laid aside, each in a transaction of its own: whoever breaks it off goes on there."""
    with unhindered() as cursor:
        cursor.execute("create table if not exists bench_index (name text primary key, definition text)")
        cursor.execute("select name, definition from bench_index")
        aside = cursor.fetchall()
    for name, definition in aside:
        with unhindered() as cursor:
            cursor.execute("set local maintenance_work_mem = '1GB'")
            cursor.execute(definition)
            cursor.execute("delete from bench_index where name = %s", [name])
