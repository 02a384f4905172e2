"""A workspace with a past, and one without, as a browser sees them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from tests.cast import MONDAY_10, Cast


@pytest.fixture
def busy(two_months: Cast) -> Cast:
    """Acme after two months of everything, seen on Monday at ten."""
    return two_months


@pytest.fixture
def vera(busy: Cast, client: Client) -> Client:
    client.force_login(busy.vera.user)
    return client


@pytest.fixture
def newcomer(cast: Cast, client: Client) -> Iterator[Client]:
    """Vera's browser in a company where nothing has happened yet."""
    with time_machine.travel(MONDAY_10, tick=False):
        client.force_login(cast.vera.user)
        yield client
