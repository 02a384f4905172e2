"""What every test stands on. Particular things live in tests/plugins and are named here once."""

from __future__ import annotations

import gc

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples

from tests.plugins.chain import build_once
from tests.plugins.database import CHEAP_HASHER, django_db_setup, pytest_runtest_setup
from tests.plugins.lived import six_days, two_months
from tests.plugins.pages import assert_accessible, browser_type_launch_args, complaints, open_page
from tests.plugins.people import cast

__all__ = [
    "assert_accessible",
    "browser_type_launch_args",
    "cast",
    "complaints",
    "django_db_setup",
    "open_page",
    "pytest_runtest_setup",
    "six_days",
    "two_months",
]

# No test is timed: a machine with much to do is slow, and what failed before is written down as a test of its own.
examples.register_profile("any machine", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("any machine")


@pytest.fixture(autouse=True)
def cheap_hasher(settings) -> None:  # type: ignore[no-untyped-def] # pytest-django's own fixture
    """Passwords are hashed for real in production and cheaply here."""
    settings.PASSWORD_HASHERS = [CHEAP_HASHER]


@pytest.fixture(autouse=True)
def nothing_is_believed() -> None:
    """The workspaces of the cast are the same in every test; what one found well may be late in the next."""
    from core.operating.queries import WELL

    WELL.clear()


@pytest.fixture(autouse=True)
def patient_limits(settings) -> None:  # type: ignore[no-untyped-def]
    """Rick is the same person in every test and every worker, and all of them ask at once."""
    settings.PEOPLE_PER_MINUTE = 1_000_000


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the collector of garbage need not look at it after every few objects."""
    build_once()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
