"""Counting what a request asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement said inside, without savepoints and without the scope's end, which in production is the
    transaction's own end (a test's transaction outlives it)."""
    said: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield said
    said += [
        each["sql"]
        for each in captured
        if "SAVEPOINT" not in each["sql"] and "set_config('app.workspace_id', ''" not in each["sql"]
    ]
