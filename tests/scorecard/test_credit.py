"""Credit one can pay by: every amount of a rep opens to its closings, and all reps together are the company, to the
cent, whatever is reorganised afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from blueprint.documents import blueprint_of
from core.people.models import Team, TeamSeat
from core.people.team_seats import create_team, edit_team, seat, unseat
from core.tenancy.scope import workspace_scope
from lifecycle.actions.owning import give
from lifecycle.models import Record
from scorecard import queries
from scorecard.models import ExchangeRate
from scorecard.rules.standpoint import NOW, Standpoint
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.handoffs.factories import depart, make_records

pytestmark = pytest.mark.django_db
LATER = MONDAY_10 + timedelta(days=30)
KEY, SEGMENTS = "revenue_won", ("owner", "team", "source")
# owner, amount, currency: cents that no sum may lose, a rate of six places, a deal of nobody
WON = (
    ("rick", "1000.01", "EUR"),
    ("rick", "333.33", "USD"),
    ("rosa", "0.02", "EUR"),
    ("rosa", "99999.99", "USD"),
    ("mona", "17.70", "EUR"),
    (None, "250.05", "EUR"),
)
Sums = dict[str, dict[str, Decimal]]


def deals(cast: Cast, at: datetime) -> None:
    cast.acme.refresh_from_db()
    for owner, amount, currency in WON:
        what = {"owner": owner and getattr(cast, owner), "amount": Decimal(amount), "currency": currency}
        make_records(cast.acme, path="sales/closed_won", at=at, source="Event", **what)


def sums(cast: Cast, standpoint: Standpoint | None = None) -> Sums:
    """Segment → value → money; each opens to as much, owned by that person; together they are the company."""
    board = queries.board_of(cast.acme, LATER)
    board = replace(board, standpoint=standpoint) if standpoint else board
    metric, period = board.metric(KEY), board.period("custom", MONDAY_10.date(), LATER.date())
    found: Sums = {}
    for segment in SEGMENTS:
        measured = queries.measured(board, metric, period, by=segment)
        parts = found[segment] = {each.value: each.figure.numerator for each in measured.slices}
        assert sum(parts.values()) == measured.figure.numerator, segment
        for value, amount in parts.items():
            behind = queries.rows_behind(board, metric, period, segment=segment, value=value)
            assert sum(behind.converted(row) or 0 for row in behind.rows) == amount == behind.numerator
            assert segment != "owner" or {row.owner or "(none)" for row in behind.rows} == {value}
            assert {row.version for row in behind.rows} <= {1, 2}
    return found


def everything_becomes_rosas(cast: Cast) -> None:
    give(list(Record.objects.select_for_update()), cast.rosa, by=cast.mona, at=LATER)


def teams_are_split(cast: Cast) -> None:
    sales = Team.objects.get(function="sales")
    field = create_team(name="Field", function="sales", region="Moon", manager=cast.mona, by=cast.ada, at=LATER)
    seat(field, cast.rick, by=cast.ada, at=LATER)
    unseat(sales, cast.rick, by=cast.ada, at=LATER)
    edit_team(sales, name="Sales", function="sales", region="Mars", manager=cast.vera, by=cast.ada, at=LATER)


def rick_leaves(cast: Cast) -> None:
    depart(cast.rick, cast.rosa, by=cast.ada, at=LATER)


@pytest.mark.parametrize("reorganise", [everything_becomes_rosas, teams_are_split, rick_leaves])
def test_the_sum_of_people_is_the_company_before_and_after(
    cast: Cast, client: Client, reorganise: Callable[[Cast], None]
) -> None:
    with workspace_scope(cast.acme):
        TeamSeat.objects.update(since=None)  # they sat there before we knew
        ExchangeRate.objects.create(
            to_currency=blueprint_of(cast.acme).reporting.currency or cast.acme.currency,
            currency="EUR" if cast.acme.currency == "USD" else "USD",
            day=date(2026, 1, 1),
            rate=Decimal("0.923417"),
        )
        deals(cast, MONDAY_10)
        published(cast, [(["scoring", "threshold"], 55)], at=MONDAY_10 + timedelta(days=1))
        deals(cast, MONDAY_10 + timedelta(days=2))
        before = sums(cast)
        assert len(before["owner"]) == 4 and len(set(before["owner"].values())) == 4
        reorganise(cast)
        assert sums(cast) == before
        now = sums(cast, Standpoint(NOW))
        assert sum(now["owner"].values()) == sum(before["owner"].values())
    client.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
    asked = {"from": "2026-03-02", "to": "2026-03-31", "segment": "owner", "value": "Rick"}
    told = client.get(f"/api/v1/w/acme/metrics/{KEY}/rows", asked).json()["rows"]
    assert [(row["owner"], row["version"]) for row in told] == [("Rick", 2)] * 2 + [("Rick", 1)] * 2
    assert "v2" in client.get(f"/w/acme/scorecard/{KEY}/rows/", asked).content.decode()
