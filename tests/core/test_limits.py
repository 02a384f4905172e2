"""Who tries too often is told to wait, whoever they say they are and whether or not Redis is there."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from core.people.models import Member
from tests.cast import PASSWORD, Cast, join

pytestmark = pytest.mark.django_db
SignIn = Callable[[Member], Client]
LOCKED = b"Too many failed login attempts"


@pytest.fixture
def no_redis(settings: Any) -> None:
    """Nobody listens where Redis should be."""
    silent = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:9/0"}
    settings.CACHES = {**settings.CACHES, "default": silent}


def attempt(email: str, password: str = "wrong", **headers: str) -> Any:
    return Client().post("/accounts/login/", {"login": email, "password": password}, headers=headers)


def test_an_account_is_locked_after_five_failures_even_without_redis(cast: Cast, no_redis: None) -> None:
    answers = [attempt(cast.rick.email) for _ in range(6)]
    assert [LOCKED in answer.content for answer in answers] == [False] * 5 + [True]
    assert LOCKED in attempt(cast.rick.email, PASSWORD).content
    assert attempt(cast.rosa.email, PASSWORD).status_code == 302


def test_an_unknown_account_is_locked_alike(cast: Cast) -> None:
    answers = [attempt("nobody@acme.example") for _ in range(6)]
    assert [LOCKED in answer.content for answer in answers] == [False] * 5 + [True]


def test_a_header_moves_nobody_to_another_address(cast: Cast, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/m/ip"}
    answers = [attempt(f"{number}@x.example", **{"X-Forwarded-For": f"203.0.113.{number}"}) for number in range(3)]
    assert [LOCKED in answer.content for answer in answers] == [False, False, True]


def test_behind_proxies_of_ours_the_caller_counts_and_not_what_they_claim(cast: Cast, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/m/ip"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    others = [attempt(f"{number}@x.example", **{"X-Forwarded-For": f"203.0.113.{number}"}) for number in range(3)]
    claims = [
        attempt(f"{number}@y.example", **{"X-Forwarded-For": f"1.1.1.{number}, 198.51.100.1"}) for number in (1, 2, 3)
    ]
    assert [LOCKED in answer.content for answer in others] == [False] * 3
    assert [LOCKED in answer.content for answer in claims] == [False, False, True]


def test_who_goes_round_the_proxies_breaks_nothing(cast: Cast, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    for header in ("203.0.113.1", "", "x" * 3_000, "1.1.1.1,,", "🙂"):
        assert attempt(cast.rick.email, PASSWORD, **{"X-Forwarded-For": header}).status_code == 302


def test_codes_of_a_second_factor_are_not_guessed_for_ever_even_without_redis(cast: Cast, no_redis: None) -> None:
    TOTP.activate(cast.rick.user, "JBSWY3DPEHPK3PXP")
    browser = Client()
    browser.post("/accounts/login/", {"login": cast.rick.email, "password": PASSWORD})
    answers = [browser.post("/accounts/2fa/authenticate/", {"code": "000000"}).content for _ in range(7)]
    assert b"Incorrect code" in answers[0] and LOCKED in answers[-1]


def test_a_person_asks_so_often_and_no_more(cast: Cast, as_member: SignIn, settings: Any) -> None:
    settings.PEOPLE_PER_MINUTE = 3
    zoe, yves = join(cast.acme, "Zoe", "rep"), join(cast.acme, "Yves", "rep")  # nobody else's calls count as theirs
    here, at_another_desk, other_person = as_member(zoe), as_member(zoe), as_member(yves)
    with time_machine.travel(datetime.now(UTC), tick=False):  # no test meets the turn of a minute
        codes = [browser.get("/api/v1/w/acme/me").status_code for browser in (here, at_another_desk, here, here)]
        page, other = here.get("/w/acme/people/").status_code, other_person.get("/api/v1/w/acme/me").status_code
    assert (codes, page, other) == ([200, 200, 200, 429], 429, 200)


def test_who_must_wait_is_told_how_long(cast: Cast, as_member: SignIn, settings: Any) -> None:
    settings.PEOPLE_PER_MINUTE = 0
    page, call = as_member(cast.rick).get("/w/acme/people/"), as_member(cast.rick).get("/api/v1/w/acme/me")
    assert page.status_code == call.status_code == 429
    assert call.json()["code"] == "throttled" and 1 <= int(call["Retry-After"]) <= 60 and page["Retry-After"]
