"""An error of the database is an outage, a collision or a fault; only the last is ours."""

from typing import Any

import psycopg2
import pytest
from django.db import InterfaceError, InternalError, OperationalError, ProgrammingError
from django.test import RequestFactory
from psycopg2 import errorcodes, errors

from core.http import web
from core.http.outages import AWAY, BUSY, Outage, outage_in
from tests.cast import MONDAY_10, Cast

AWAY_CODES = "57P01 57P02 57P03 57P05 08000 08003 08006 08P01 53100 53200 53300 53400 58000 58030 25006"
BUSY_CODES = "57014 55P03 40P01 40001 25P03"
OUR_CODES = "42601 23505 22001 25P02 42501 P0001"


def raised(code: str) -> Exception:
    """The driver's error of that code within Django's, as a statement raises it."""

    class Coded(errors.lookup(code)):  # type: ignore[misc]
        pgcode = code

    try:
        try:
            raise Coded("said the server")
        except psycopg2.Error as cause:
            raise InternalError("said the server") from cause
    except InternalError as error:
        return error


@pytest.mark.parametrize(
    ("code", "expected"),
    [(code, AWAY) for code in AWAY_CODES.split()]
    + [(code, BUSY) for code in BUSY_CODES.split()]
    + [(code, None) for code in OUR_CODES.split()],
)
def test_the_servers_own_code_decides(code: str, expected: Outage | None) -> None:
    assert errorcodes.lookup(code)
    assert outage_in(raised(code)) is expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationalError("server closed the connection unexpectedly"), AWAY),
        (InterfaceError("connection already closed"), AWAY),
        (psycopg2.OperationalError("could not connect"), AWAY),
        (psycopg2.InterfaceError("cursor already closed"), AWAY),
        (psycopg2.DatabaseError("error with status PGRES_TUPLES_OK and no message from the libpq"), AWAY),
        (ProgrammingError("no results to fetch"), None),
        (KeyError("ours"), None),
        (None, None),
    ],
)
def test_without_a_code_a_broken_line_is_an_outage(error: Exception | None, expected: Outage | None) -> None:
    assert outage_in(error) is expected


def test_an_outage_behind_another_error_is_found() -> None:
    try:
        try:
            raise OperationalError("gone")
        except OperationalError:
            raise KeyError("what was to be read") from None
    except KeyError as error:
        assert outage_in(error) is AWAY


def answer(path: str, method: str = "GET") -> Any:
    try:
        raise OperationalError("gone")
    except OperationalError:
        return web.server_error(RequestFactory().generic(method, path))


def test_a_page_says_so_and_asks_again_by_itself() -> None:
    page = answer("/w/acme/")
    assert page.status_code == 503 and page["Retry-After"] == "3" and page["Cache-Control"] == "no-store"
    assert b'http-equiv="refresh" content="3"' in page.content
    assert b"<script>" not in page.content and b"style=" not in page.content


def test_what_was_sent_is_not_sent_again_by_itself() -> None:
    page = answer("/w/acme/records/new/", "POST")
    assert page.status_code == 503 and b"refresh" not in page.content and b"look whether it was saved" in page.content


def test_a_program_gets_the_envelope() -> None:
    told = answer("/api/v1/w/acme/records")
    assert told.status_code == 503 and told["Retry-After"] == "3"
    assert told["Content-Type"] == "application/json" and b'"database_away"' in told.content


@pytest.mark.django_db
def test_the_page_of_a_fault_comes_where_a_workspace_is_still_set_up(cast: Cast) -> None:
    """Beside the steps in its navigation stands how many are left, and the scope is closed by then."""
    request = RequestFactory().get("/w/acme/records/")
    cast.acme.setup_since = MONDAY_10
    request.workspace, request.member = cast.acme, cast.ada  # type: ignore[attr-defined]
    answer = web.server_error(request)
    assert answer.status_code == 500 and b"To the start" in answer.content
