"""A server that is frozen, full, closed or only for reading: everybody is answered in time, and all goes on after."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.cast import PASSWORD
from tests.faults.caller import Answer, ask
from tests.faults.conftest import Product, stopped

pytestmark = [
    pytest.mark.kills,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads the processes from /proc"),
]
ANSWER_WITHIN_S = 10
FIRST_MAY_TAKE_S = 1.5  # each web process waits once
NOISE_S = 0.25  # other tests want the processors as well


def sign_in(product: Product) -> Answer:
    """As a browser does: the form's token first."""
    form = ask(product.port, "GET", "/accounts/login/")
    cookie = form.headers.get("set-cookie", "").split(";")[0]
    token = form.body.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    fields = {"login": "rick@acme.example", "password": PASSWORD, "csrfmiddlewaretoken": token}
    headers = {"Cookie": cookie, "Content_Type": "application/x-www-form-urlencoded"}
    return ask(product.port, "POST", "/accounts/login/", urlencode(fields).encode(), **headers)


def at_once(*calls: Callable[[], Answer]) -> list[Answer]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda call: call(), calls))


def callers(product: Product) -> list[Callable[[], Answer]]:
    caller = product.caller
    return [
        lambda: caller.page("/w/acme/"),
        lambda: caller.api("GET", "records"),
        lambda: caller.api("POST", "records", {"kind": "lead", "email": "frozen@x.example"}),
        lambda: caller.page("/"),
        lambda: caller.page("/accounts/profile/"),
        lambda: caller.page("/w/acme/people/"),
    ]


def postgres_pids(product: Product) -> list[int]:
    return product.pids_of("postgres")


@pytest.mark.parametrize("whose", ["all of it", "the postmaster"])
def test_a_frozen_database_is_told_within_ten_seconds_and_served_again(product: Product, whose: str) -> None:
    product.until(product.is_served, "it was not well before", 60)
    victims = postgres_pids(product) if whose == "all of it" else postgres_pids(product)[:1]
    with stopped(*victims):
        for _ in range(2):
            answers = at_once(*callers(product))
            assert max(answer.took_s for answer in answers) < ANSWER_WITHIN_S
            assert {answer.status for answer in answers} <= {200, 201, 302, 503}
            if whose == "all of it":
                assert {answer.status for answer in answers} == {503}
                assert {answer.headers["retry-after"] for answer in answers} == {"3"}
        assert ask(product.port, "GET", "/healthz").status == 200
    product.until(product.is_served, "it did not recover", 15)
    assert sign_in(product).status == 302


@contextmanager
def frozen(product: Product) -> Iterator[None]:
    with stopped(*product.pids_of("valkey-server")):
        yield


@contextmanager
def configured(product: Product, **settings: str) -> Iterator[None]:
    with product.redis() as line:
        former = {name: line.config_get(name)[name] for name in settings}
        for name, value in settings.items():
            line.config_set(name, value)
        line.client_kill_filter(_type="normal", skipme=True)  # who is in has to come in again
        try:
            yield
        finally:
            for name, value in former.items():
                line.config_set(name, value)


@contextmanager
def full(product: Product) -> Iterator[None]:
    with configured(product, **{"maxmemory": "1", "maxmemory-policy": "noeviction"}):
        yield


@contextmanager
def without_password(product: Product) -> Iterator[None]:
    with configured(product, requirepass="another"):
        yield


@contextmanager
def only_for_reading(product: Product) -> Iterator[None]:
    with product.redis() as line:
        line.replicaof("127.0.0.1", 1)
        try:
            yield
        finally:
            line.replicaof("NO", "ONE")


def usual_s(product: Product) -> float:
    """How long the page and a call with a key take together."""
    return statistics.median(both_s(product) for _ in range(7))


def both_s(product: Product) -> float:
    page, call = product.caller.page("/w/acme/people/"), product.caller.api("GET", "records")
    assert (page.status, call.status) == (200, 200)
    return page.took_s + call.took_s


@pytest.mark.parametrize("trouble", [frozen, full, without_password, only_for_reading])
def test_nobody_waits_for_a_redis_that_does_not_serve(
    product: Product, trouble: Callable[[Product], contextmanager[None]]
) -> None:
    product.until(lambda: product.is_served() and product.consumers() == 2, "it was not well before", 60)
    workers = product.pids_of("-n worker@")[:1] + product.pids_of("-n clocks@")
    before = usual_s(product)
    with trouble(product):
        for _ in range(3):
            assert both_s(product) < before + FIRST_MAY_TAKE_S
        assert usual_s(product) < 1.2 * before + NOISE_S
        signed_in = sign_in(product)
        assert signed_in.status == 302 and signed_in.took_s < 3
        time.sleep(3)  # long enough for the workers to have met it
    product.until(lambda: product.consumers() == 2, "a worker did not come back", 30)
    scanned_at = product.scanned_at()
    product.tick("handoffs.scan", "sla")
    product.until(lambda: product.scanned_at() > scanned_at, "the clocks do not go on", 45)
    assert product.pids_of("-n worker@")[:1] + product.pids_of("-n clocks@") == workers, "a worker died of it"
