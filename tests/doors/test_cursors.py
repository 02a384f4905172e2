"""One keyset pagination: a cursor that no page of ours ended with is refused alike at every long list."""

from typing import Any

import pytest
from django.test import Client

from core.tenancy.scope import workspace_scope
from tests.cast import Cast
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db
BASE = "/api/v1/w/acme/"


@pytest.fixture
def ada(cast: Cast) -> Client:
    """Ada, where three leads were offered."""
    with workspace_scope(cast.acme):
        offer_records(cast.acme, make_records(cast.acme, 3), by=cast.dana)
    browser = Client()
    browser.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def told(browser: Client, address: str) -> tuple[int, Any]:
    answer = browser.get(address)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("path", ["records", "records/1/timeline", "handoffs", "limbo", "security-events", "keys"])
@pytest.mark.parametrize("cursor", ["nonsense", "1_2", "99999999999999999999_00000000-0000-0000-0000-000000000000"])
def test_a_cursor_of_nobody_is_refused_at_its_field(ada: Client, path: str, cursor: str) -> None:
    status, said = told(ada, f"{BASE}{path}?cursor={cursor}")
    assert (status, said["code"], said["field"]) == (422, "bad_cursor", "cursor")


@pytest.mark.parametrize("path", ["records", "handoffs"])
def test_pages_hold_every_row_once_and_in_order(ada: Client, path: str) -> None:
    _, whole = told(ada, f"{BASE}{path}")
    seen, address = [], f"{BASE}{path}?limit=1"
    while address:
        status, page = told(ada, address)
        assert (status, len(page["results"])) == (200, 1)
        seen += page["results"]
        address = page["next"]
    assert [row["number"] for row in seen] == [row["number"] for row in whole["results"]]
    assert len(seen) == 3
