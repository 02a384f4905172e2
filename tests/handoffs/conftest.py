"""Acme with its scope open, for tests of rules and actions."""

import pytest

from core.tenancy.scope import workspace_scope
from tests.cast import Cast


@pytest.fixture
def acme(cast: Cast):  # type: ignore[no-untyped-def]
    with workspace_scope(cast.acme):
        yield cast
