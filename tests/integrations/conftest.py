"""Programs with keys."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.people.models import Member
from core.people.permissions import SCOPES
from core.tenancy.scope import workspace_scope
from integrations.actions import KeyWithSecret, issue_key
from tests.cast import MONDAY_10, Cast


@pytest.fixture
def key_of(cast: Cast) -> Callable[..., KeyWithSecret]:
    """`key_of(ada, scopes=[…])`: a key made by Ada in her workspace; an admin's with every scope unless told."""

    def issued(by: Member, **wishes: Any) -> KeyWithSecret:
        shape = {"name": "Robot", "scopes": SCOPES, "role": "admin", **wishes}
        workspace = cast.acme if by.workspace_id == cast.acme.pk else cast.globex
        with workspace_scope(workspace):
            by.workspace = workspace
            return issue_key(**shape, by=by, at=MONDAY_10)

    return issued


@pytest.fixture
def program() -> Callable[[KeyWithSecret | str], Client]:
    """`program(key)`: calls with this key as a bearer token."""

    def calling(key: KeyWithSecret | str) -> Client:
        text = key if isinstance(key, str) else str(key.key)
        return Client(headers={"Authorization": f"Bearer {text}"}, raise_request_exception=False)

    return calling
