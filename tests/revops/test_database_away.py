"""The database ends the session in the middle of a request: every address says 503, and the next request is served."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg2
import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import caches
from django.db import OperationalError, connection
from django.test import Client

from tests.cast import PASSWORD, Cast
from tests.isolation.test_addresses import filled, signed_in
from tests.isolation.walk import addresses

pytestmark = pytest.mark.django_db(transaction=True)
OTHERS = ["/", "/accounts/login/", "/accounts/profile/", "/workspaces/new/", "/join/no-such-invitation/"]


@pytest.fixture
def end_session() -> Iterator[Callable[[int], None]]:
    """Ends a session as a server that is shut down ends it; a role may end its own."""
    place = connection.settings_dict
    line = psycopg2.connect(
        host=place["HOST"], port=place["PORT"], dbname=place["NAME"], user=place["USER"], password=place["PASSWORD"]
    )
    line.autocommit = True

    def end(pid: int) -> None:
        with line.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(%s)", [pid])
            while cursor.rowcount:
                cursor.execute("select from pg_stat_activity where pid = %s", [pid])

    yield end
    line.close()


class Ending:
    """Ends the session just before its nth statement."""

    def __init__(self, end: Callable[[int], None], before: int) -> None:
        self.end, self.before, self.seen = end, before, 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        self.seen += 1
        if self.seen == self.before:
            self.end(context["connection"].connection.info.backend_pid)
        return execute(sql, params, many, context)


@pytest.fixture
def ended(end_session: Callable[[int], None]) -> Callable[[int], AbstractContextManager[Ending]]:
    """`with ended(3) as ending:` the session ends before the third statement, if there is one."""

    @contextmanager
    def ended_before(number: int) -> Iterator[Ending]:
        ending = Ending(end_session, number)
        with connection.execute_wrapper(ending):
            yield ending
        connection.close()

    return ended_before


Ended = Callable[[int], AbstractContextManager[Ending]]


@pytest.mark.slow
def test_every_address_says_503_when_the_session_ends_behind_the_doors(cast: Cast, ended: Ended) -> None:
    """Before the fourth statement: after the session's and the member's, where each view is on its own."""
    ada, before, strange = signed_in(cast.ada), 4, {}
    paths = [
        (method, a.url("acme", **filled(a, int=1)))
        for a in addresses()
        for method in a.methods
        if method in ("get", "post")
    ]
    for method, path in [*paths, *(("get", path) for path in OTHERS)]:
        with ended(before) as ending:
            answer = getattr(ada, method)(path)
        if ending.seen < before:
            continue
        if answer.status_code != 503 or "Retry-After" not in answer.headers:
            strange[method, path] = answer.status_code
        elif path.startswith("/api/"):
            assert answer.json()["code"] == "database_away", path
    assert strange == {}
    assert ada.get("/w/acme/people/").status_code == 200


def test_a_page_says_503_wherever_among_its_statements_the_session_ends(cast: Cast, ended: Ended) -> None:
    ada = signed_in(cast.ada)
    for path in ("/w/acme/people/", "/api/v1/w/acme/people"):
        for before in range(1, 60):
            with ended(before) as ending:
                answer = ada.get(path)
            if ending.seen < before:
                assert answer.status_code == 200
                break
            assert answer.status_code == 503, (path, before)


@pytest.mark.slow
def test_signing_in_says_503_and_works_again(cast: Cast, ended: Ended) -> None:
    """At once: what was cut off leaves no lock behind. It counts as an attempt, so each round begins without any."""
    for before in range(1, 120):
        caches["limits"].clear()
        UserSession.objects.all().delete()  # a sign-in looks at each of the person's others
        with ended(before) as ending:
            answer = sign_in()
        if ending.seen < before:
            assert answer.status_code == 302
            break
        assert answer.status_code == 503, before
        assert sign_in().status_code == 302, before
    else:
        pytest.fail("no round was left whole")


def sign_in() -> Any:
    browser = Client(raise_request_exception=False)
    return browser.post("/accounts/login/", {"login": "rick@acme.example", "password": PASSWORD})


@pytest.mark.parametrize("verb", ["add", "set"])
def test_an_attempt_that_could_not_be_kept_is_not_passed_over(cast: Cast, ended: Ended, verb: str) -> None:
    for before in (1, 2, 3):  # the look at how many there are, at whether it is there, and the writing
        with ended(before) as ending, pytest.raises(OperationalError):
            getattr(caches["limits"], verb)("key", "kept")
        assert ending.seen == before and caches["limits"].get("key") is None
    with ended(4) as ending:
        getattr(caches["limits"], verb)("key", "kept")
    assert ending.seen == 3 and caches["limits"].get("key") == "kept"


@pytest.mark.parametrize("verb", ["add", "set"])
def test_an_attempt_lost_at_the_commit_is_not_passed_over(
    cast: Cast, end_session: Callable[[int], None], verb: str
) -> None:
    def end_after_the_insert(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        done = execute(sql, params, many, context)
        if sql.startswith("INSERT"):
            end_session(context["connection"].connection.info.backend_pid)
        return done

    with connection.execute_wrapper(end_after_the_insert), pytest.raises(OperationalError):
        getattr(caches["limits"], verb)("key", "kept")
    connection.close()
    assert caches["limits"].get("key") is None


def test_of_twins_who_keep_one_key_the_first_adds_and_the_last_sets(cast: Cast) -> None:
    for verb, answer, kept in (("add", False, "twin's"), ("set", None, "ours")):
        with connection.execute_wrapper(_twin_before_the_insert(verb)):
            assert getattr(caches["limits"], verb)(verb, "ours") is answer
        assert caches["limits"].get(verb) == kept


def _twin_before_the_insert(key: str) -> Callable[..., Any]:
    """Somebody else keeps the key between our look and our insert."""

    def keep(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith("INSERT") and not twin.ident:
            twin.start()
            twin.join()
        return execute(sql, params, many, context)

    def as_another() -> None:
        caches["limits"].set(key, "twin's")
        connection.close()

    twin = threading.Thread(target=as_another)
    return keep


def test_a_deadlock_is_told_as_very_busy(cast: Cast) -> None:
    """Two hold what the other wants; the server ends one wait, and that request says 503 with its own code."""

    def give_up(*_: Any) -> Any:
        with connection.cursor().cursor as cursor:  # the driver's own: the wrapper is not asked again
            cursor.execute("do $$ begin raise exception 'deadlock detected' using errcode = '40P01'; end $$")

    ada = signed_in(cast.ada)
    with connection.execute_wrapper(give_up):
        answer = ada.get("/api/v1/w/acme/people")
    assert answer.status_code == 503 and answer["Retry-After"] == "1" and answer.json()["code"] == "database_busy"
