"""The cast, on stage."""

import pytest

from tests.cast import Cast, find_cast


@pytest.fixture
def cast(db: None) -> Cast:
    """Acme with its people and blueprint version 1, and Globex with Otto. No scope is open."""
    return find_cast()
