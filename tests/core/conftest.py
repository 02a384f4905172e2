"""Pages of people."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.people.models import Member


@pytest.fixture
def as_member(client: Client) -> Callable[[Member], Client]:
    """`as_member(rick)`: a browser signed in as this person."""

    def signed_in(member: Member) -> Client:
        browser = Client()
        browser.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return signed_in
