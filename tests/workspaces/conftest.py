"""Pages of people."""

from collections.abc import Callable

import pytest
from django.test import Client

from revops.workspaces.models import Member


@pytest.fixture
def as_member(client: Client) -> Callable[[Member], Client]:
    """`as_member(rick)`: a browser signed in as this person."""

    def signed_in(member: Member) -> Client:
        browser = Client()
        browser.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return signed_in


@pytest.fixture(autouse=True)
def only_pages_that_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    """TEMPORARY."""
    from django.urls import NoReverseMatch, reverse

    from revops import web

    def exists(name: str) -> bool:
        try:
            return bool(reverse(name, args=["acme"]))
        except NoReverseMatch:
            return False

    monkeypatch.setattr(web, "NAV", [item for item in web.NAV if exists(item[0])])
