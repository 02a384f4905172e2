"""Every kind of metric against a second reckoning in plain Python, over many companies that live at random."""

from __future__ import annotations

import os
from datetime import timedelta
from itertools import product

import pytest
from django.db import connection, transaction

from core.tenancy.scope import workspace_scope
from scorecard.kinds import KINDS
from scorecard.rules.periods import Period
from scorecard.rules.standpoint import NOW, WAS
from tests.cast import MONDAY_10, Cast
from tests.scorecard.companies import START
from tests.scorecard.measured_metrics import OF_KINDS
from tests.scorecard.reckoned_world import world_of
from tests.scorecard.second_reckoning import RECKONED, differences

pytestmark = pytest.mark.django_db

COMPANIES = int(os.environ.get("RECKONED_COMPANIES", "500"))
AT_ONCE = 500
ZONES = ("Europe/Berlin", "America/St_Johns", "Asia/Kolkata", "Pacific/Auckland")
SEGMENTS = ("owner", "team", "region", "manager", "source", "currency", "stage", "cause", "")


def test_every_kind_is_reckoned_twice() -> None:
    assert set(KINDS) == RECKONED == {kind for kind, _, _ in OF_KINDS.values()}


def test_every_figure_is_what_a_second_reckoning_says(cast: Cast) -> None:
    """Each metric by company and by a segment at once, as it was or as it is now, in some time zone."""
    told: list[str] = []
    turns = range(1 if COMPANIES <= AT_ONCE else 4)
    with workspace_scope(cast.acme):
        for first in range(0, COMPANIES, AT_ONCE):
            with transaction.atomic():
                world = world_of(cast.acme, first, min(AT_ONCE, COMPANIES - first))
                with connection.cursor() as cursor:  # nobody has counted the new rows: plans would be those of few
                    cursor.execute("set local enable_nestloop = off")
                for place, (turn, key) in enumerate(product(turns, OF_KINDS), start=first // AT_ONCE * 7):
                    seen = world.seen(ZONES[place % len(ZONES)], (WAS, NOW)[place // 3 % 2])
                    period = Period(START.date() + timedelta(days=place % 3 * 20), MONDAY_10.date())
                    told += differences(seen, key, SEGMENTS[(place + turn) % len(SEGMENTS)], period)
                transaction.set_rollback(True)
    assert not told, f"{len(told)} differ:\n" + "\n".join(told[:20])
