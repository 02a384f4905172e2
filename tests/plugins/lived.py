"""Companies that have lived for a while, each by the name of the fixture that gives it: lived through once for each
process, in a database of their own, and every test finds them as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from core.database import owner_cursor
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from tests.cast import MONDAY_10, Cast, find_cast

DAYS = 6


def _live_two_months() -> None:
    from scorecard.actions import fold
    from tests.scorecard.life import Life

    cast = find_cast()
    with _by_dice(), time_machine.travel(MONDAY_10, tick=False), workspace_scope(cast.acme):
        Life(cast, 21).go_on(120)
        fold(cast.acme, MONDAY_10)


@contextmanager
def _by_dice() -> Iterator[None]:
    """Dice also move what is offered, which a guard refuses at the end of a transaction."""
    for word in ("disable", "enable"):
        with owner_cursor() as cursor:
            cursor.execute(f"alter table lifecycle_record {word} trigger stays_while_offered")
        if word == "disable":
            yield


def _live_six_days() -> None:
    from revops import sample

    with transaction.atomic():
        sample.load(timezone.now(), say=lambda _: None, days=DAYS)


# What the database begins as, and what then happens in it.
LIVES: dict[str, tuple[str, Callable[[], None]]] = {
    "two_months": ("cast", _live_two_months),
    "six_days": ("bare", _live_six_days),
}


@pytest.fixture
def two_months(cast: Cast) -> Iterator[Cast]:
    """Acme after two months of everything, its readings kept, seen on Monday at ten."""
    with time_machine.travel(MONDAY_10, tick=False):
        yield cast


@pytest.fixture
def six_days(db: None) -> Workspace:
    """A company with some days of real history."""
    return Workspace.objects.get(slug="acme")
