"""The administrator of our own server, for whom no wall holds."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2

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
