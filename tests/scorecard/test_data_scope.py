"""Who sees figures only sees those of all teams, and no row behind them by any way."""

from __future__ import annotations

import pytest
from django.test import Client

from core.history.models import Event
from core.tenancy.scope import workspace_scope
from integrations.actions import issue_key
from tests.cast import MONDAY_10, Cast, join
from tests.handoffs.factories import make_records, offer_records

pytestmark = pytest.mark.django_db

FIGURES = ("scorecard/", "scorecard.csv", "scorecard/win_rate/", "funnel/?by=owner", "funnel.csv", "boards/")
ROWS = (
    *("scorecard/win_rate/rows/", "scorecard/win_rate/rows.csv", "funnel/steps/mql/", "records/", "accounts/"),
    *("search/?q=a", "inbox/", "blueprint/", "changes/", "limbo/"),
)
API_ROWS = ("metrics/win_rate/rows", "funnel/steps/mql", "records", "handoffs", "accounts", "search?q=a")


def test_who_sees_figures_only_opens_no_row_by_page_file_api_or_key(cast: Cast, client: Client) -> None:
    iris = join(cast.acme, "Iris", "viewer")
    with workspace_scope(cast.acme):
        offer_records(cast.acme, make_records(cast.acme, 3), at=MONDAY_10)
        key = issue_key(
            name="Display", scopes=["scorecard:read", "records:read"], role="viewer", by=cast.ada, at=MONDAY_10
        )
    late = "/api/v1/w/acme/funnel/seams/marketing_to_sales"
    client.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
    assert len(client.get(late).json()["breaches"]) == 3
    client.force_login(iris.user, backend="django.contrib.auth.backends.ModelBackend")
    pages = {path: client.get(f"/w/acme/{path}") for path in FIGURES}
    assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(FIGURES, 200)
    assert not any(b"/rows" in page.content or b"funnel/steps/" in page.content for page in pages.values())
    assert b"/w/acme/records/" not in pages["scorecard/"].content
    assert {client.get(f"/w/acme/{path}").status_code for path in ROWS} == {403}
    assert client.get("/w/acme/").url == "/w/acme/scorecard/"

    program = {"Authorization": f"Bearer {key.key}"}
    for headers in ({}, program):
        assert client.get("/api/v1/w/acme/metrics/win_rate?by=owner", headers=headers).status_code == 200
        assert {client.get(f"/api/v1/w/acme/{path}", headers=headers).status_code for path in API_ROWS} == {403}
        assert client.get(late, headers=headers).json()["breaches"] == []
    with workspace_scope(cast.acme):
        taken = Event.objects.filter(kind="export.taken", actor_id=iris.pk)
        assert [event.facts["what"] for event in taken.order_by("at", "pk")] == ["scorecard", "funnel"]
