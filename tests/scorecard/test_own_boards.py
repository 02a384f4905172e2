"""Boards of one's own: made of the registry's metrics, shared or not, on page, API and file alike."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from core.history.models import Event
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ASKED = {"name": "Monday", "metrics": ["velocity", "win_rate"], "period": "90d", "compare": "year"}
API = "/api/v1/w/acme/boards"


@pytest.fixture
def lived(two_months: Cast) -> Cast:
    """Acme after two months of everything, on Monday at ten."""
    return two_months


def door(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sent(client: Client, method: str, address: str, **body: Any) -> Any:
    return getattr(client, method)(address, body, content_type="application/json")


def test_a_board_tells_the_figures_of_the_scorecard_in_its_own_order(lived: Cast) -> None:
    vera = door(lived.vera)
    assert vera.get("/w/acme/boards/").status_code == vera.get("/w/acme/boards/new/").status_code == 200
    made = vera.post("/w/acme/boards/new/", ASKED)
    assert made.status_code == 302
    number = vera.get(API).json()[0]["number"]
    told = vera.get(f"{API}/{number}/figures").json()
    everywhere = vera.get("/api/v1/w/acme/scorecard?period=90d&compare=year").json()["cards"]
    cards = {card["metric"]["key"]: card for card in everywhere}
    assert {card["metric"]["key"] for card in told["cards"]} == set(ASKED["metrics"])
    assert all(card == cards[card["metric"]["key"]] for card in told["cards"])
    assert b"Monday" in vera.get(made["Location"]).content
    rows = list(csv.DictReader(StringIO(vera.get(f"/w/acme/boards/{number}.csv").content.decode())))
    assert [row["metric"] for row in rows] == [card["metric"]["key"] for card in told["cards"]]
    assert vera.get(f"{API}/{number}.csv").status_code == 200


def test_a_board_is_its_owners_until_it_is_shared_and_only_they_change_it(lived: Cast) -> None:
    vera, rick = door(lived.vera), door(lived.rick)
    number = sent(vera, "post", API, **ASKED).json()["number"]
    assert rick.get(f"{API}/{number}").status_code == rick.get(f"/w/acme/boards/{number}/").status_code == 404
    assert rick.get(API).json() == []
    shared = sent(vera, "put", f"{API}/{number}", **ASKED, is_shared=True)
    assert (shared.status_code, shared.json()["is_shared"]) == (200, True)
    assert rick.get(f"/w/acme/boards/{number}/").status_code == 200
    assert sent(rick, "put", f"{API}/{number}", **ASKED).status_code == 403
    assert rick.post(f"/w/acme/boards/{number}/edit/", ASKED).status_code == 403
    assert rick.delete(f"{API}/{number}").status_code == 403
    edited = vera.post(f"/w/acme/boards/{number}/edit/", {**ASKED, "name": "Tuesday"})
    assert (edited.status_code, vera.get(f"{API}/{number}").json()["is_shared"]) == (302, False)
    assert vera.post(f"/w/acme/boards/{number}/removal/").status_code == 302
    assert vera.get(f"{API}/{number}").status_code == 404
    with workspace_scope(lived.acme):
        kinds = list(Event.objects.filter(kind__startswith="board.").order_by("id").values_list("kind", flat=True))
    assert kinds == ["board.made", "board.changed", "board.changed", "board.dropped"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"metrics": ["shoe_size"]}, "metrics"),
        ({"metrics": ["win_rate", "win_rate"]}, "metrics"),
        ({"segment": "shoe_size"}, "segment"),
        ({"value": "Web"}, "segment"),
        ({"period": "custom"}, "period"),
        ({"name": ""}, "name"),
    ],
)
def test_what_a_board_cannot_show_is_refused_by_field(cast: Cast, asked: dict[str, Any], field: str) -> None:
    refused = sent(door(cast.vera), "post", API, **{**ASKED, **asked})
    assert (refused.status_code, refused.json()["field"].partition(".")[0]) == (422, field)


def test_what_is_not_read_by_the_segment_is_said(lived: Cast) -> None:
    vera = door(lived.vera)
    number = sent(vera, "post", API, **{**ASKED, "segment": "owner"}).json()["number"]
    told = vera.get(f"{API}/{number}/figures").json()
    assert told["missing"] == ["Pipeline velocity"]
    assert [card["metric"]["key"] for card in told["cards"]] == ["win_rate"]
    assert b"Not shown" in vera.get(f"/w/acme/boards/{number}/").content


def test_files_that_were_taken_are_listed_for_admins(lived: Cast) -> None:
    vera, ada = door(lived.vera), door(lived.ada)
    sent(vera, "post", API, **ASKED)
    for address in (
        "scorecard.csv",
        "scorecard/win_rate.csv",
        "scorecard/win_rate/rows.csv?period=90d",
        "boards/1.csv",
    ):
        assert vera.get(f"/w/acme/{address}").status_code == 200
    for address in ("scorecard.csv", "metrics/win_rate.csv", "boards/1.csv"):
        assert vera.get(f"/api/v1/w/acme/{address}").status_code == 200
    listed = ada.get("/w/acme/settings/security/?kind=export")
    assert listed.content.count(b"File taken") >= 7
    assert b"win_rate-rows.csv, " in listed.content and b"period=90d" in listed.content
    assert vera.get("/w/acme/settings/security/?kind=export").status_code == 403
