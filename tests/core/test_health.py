"""The process says whether it is fit to serve, and serves without Redis."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
NOBODY_LISTENS = "redis://127.0.0.1:9/0"


@pytest.fixture
def no_redis(settings: Any) -> None:
    settings.CACHES = {**settings.CACHES, "default": {**settings.CACHES["default"], "LOCATION": NOBODY_LISTENS}}


def test_fit_when_the_database_answers(client: Client) -> None:
    answer = client.get("/health/")
    assert answer.status_code == 200 and answer.json() == {"database": "ok", "redis": "ok"}


def test_a_silent_redis_is_told_and_no_reason_to_stop(client: Client, no_redis: None) -> None:
    answer = client.get("/health/")
    assert answer.status_code == 200 and answer.json()["redis"] == "silent"


def test_unfit_when_the_database_is_silent(client: Client) -> None:
    def refuse(*_: Any) -> None:
        raise OperationalError

    with connection.execute_wrapper(refuse):
        assert client.get("/health/").status_code == 503


def test_people_sign_in_without_redis(cast: Cast, client: Client, no_redis: None) -> None:
    answer = client.post("/accounts/login/", {"login": "rick@acme.example", "password": PASSWORD})
    assert answer.status_code == 302 and answer["Location"] == "/"
