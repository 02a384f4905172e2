"""So many calls a minute per key; a silent Redis lets calls pass."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.cache import cache, caches
from django.test import Client

from integrations.actions import KeyWithSecret
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ME = "/api/v1/w/acme/me"


@pytest.fixture(autouse=True)
def one_minute() -> Iterator[None]:
    """The clock stands still, so that no test meets the turn of a minute."""
    cache.clear()
    with time_machine.travel(datetime.now(UTC), tick=False):
        yield


def test_too_many_calls_are_told_when_to_come_back(
    cast: Cast, key_of: Callable[..., KeyWithSecret], program: Callable[[KeyWithSecret], Client]
) -> None:
    hasty = program(key_of(cast.ada, per_minute=2))
    assert [hasty.get(ME).status_code for _ in range(3)] == [200, 200, 429]
    refused = hasty.get(ME)
    assert refused.json()["code"] == "throttled" and set(refused.json()) == {"code", "detail", "field", "facts"}
    assert 1 <= int(refused["Retry-After"]) <= 60


def test_calls_that_are_counted_ahead_are_counted_once(
    cast: Cast, key_of: Callable[..., KeyWithSecret], program: Callable[[KeyWithSecret], Client]
) -> None:
    """Another process has used 197 of the 200; this one takes two at a time."""
    issued = key_of(cast.ada, per_minute=200)
    count, minute = caches["default"].count, int(datetime.now(UTC).timestamp()) // 60
    count(f"key-rate:{issued.row.pk}:{minute}", 120, 197)
    busy = program(issued)
    assert [busy.get(ME).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_another_key_has_its_own_count(
    cast: Cast, key_of: Callable[..., KeyWithSecret], program: Callable[[KeyWithSecret], Client]
) -> None:
    hasty, calm = program(key_of(cast.ada, per_minute=1)), program(key_of(cast.ada, per_minute=1))
    assert [hasty.get(ME).status_code, hasty.get(ME).status_code, calm.get(ME).status_code] == [200, 429, 200]


def test_people_are_not_counted(cast: Cast, client: Client) -> None:
    client.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    assert {client.get(ME).status_code for _ in range(5)} == {200}


def test_a_silent_redis_lets_calls_pass(
    cast: Cast, key_of: Callable[..., KeyWithSecret], program: Callable[[KeyWithSecret], Client], settings: Any
) -> None:
    nobody_listens = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:9/0"}
    settings.CACHES = {**settings.CACHES, "default": nobody_listens}
    hasty = program(key_of(cast.ada, per_minute=1))
    assert {hasty.get(ME).status_code for _ in range(3)} == {200}
