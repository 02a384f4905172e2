"""Locks are let go before the disk has what was written; answers wait for it. Lines are trusted while they may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from core.early_release import ON_DISK, releasing_early
from core.tenancy.numbers import take_numbers
from core.tenancy.scope import workspace_scope
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def told(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        [row] = cursor.fetchall()
    return row[0]


def test_an_answer_waits_for_the_disk_and_the_locks_do_not(cast: Cast) -> None:
    said: list[tuple[bool, str]] = []

    def listen(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        said.append((connection.in_atomic_block, sql))
        return execute(sql, *rest)

    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = on")  # a server of tests waits for no disk
    with connection.execute_wrapper(listen), transaction.atomic():
        for _ in range(2):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"{releasing_early()}select 1")
        with workspace_scope(cast.acme):
            take_numbers("record", 1)
        assert told("show synchronous_commit") == "off"
        written = told("select pg_current_wal_insert_lsn()")
    assert [sql for is_within, sql in said if not is_within] == [ON_DISK]
    assert told(f"select pg_current_wal_flush_lsn() >= '{written}'")
    assert told("show synchronous_commit") == "on"

    with transaction.atomic():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{releasing_early()}select 1")
            transaction.set_rollback(True)
        assert told("show synchronous_commit") == "on", "what is undone goes back to waiting"
        assert not connection.run_on_commit
    connection.close()


def test_a_line_that_answered_a_moment_ago_is_asked_when_something_came_on_it() -> None:
    connection.close()
    session = told("select pg_backend_pid()")
    connection.health_check_enabled = True  # as settings have it; tests of Django's own look at no line
    connection.close_if_unusable_or_obsolete()
    assert connection.is_trusted and connection.health_check_done
    assert told("select pg_backend_pid()") == session
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 5000)", [session])
    other.close()
    connection.close_if_unusable_or_obsolete()
    assert not connection.is_trusted and not connection.health_check_done
    assert told("select pg_backend_pid()") != session, "a new session, and no error"
    connection.answered_at = float("-inf")
    connection.health_check_done = False
    connection.close_if_unusable_or_obsolete()
    assert not connection.is_trusted, "after a while it is asked as ever"
