"""Bands of numbers, attributes as segments, filters and two segments at once: they add up, and open their rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
import time_machine
from django.test import Client

from blueprint.documents import blueprint_of
from core.tenancy.scope import workspace_scope
from scorecard.actions import fold
from scorecard.kinds.faults import faults_of
from scorecard.models import ExchangeRate
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.handoffs.factories import make_records

pytestmark = pytest.mark.django_db
METRIC = {
    "key": "leads",
    "label": "Leads",
    "kind": "count",
    "unit": "count",
    "owner": "dana@acme.example",
    "parameters": {"dated": "stays.entered_at", "stages": "lifecycle/mql"},
    "segments": ["source", "employees", "country", "owner"],
    "segment_bands": [{"segment": "employees", "edges": "50, 250"}],
}
# source, employees, country, how many
LEADS: list[tuple[str, Any, str, int]] = [
    ("Web", 49, "DE", 1),
    ("Web", 50, "DE", 2),
    ("Web", 250, "FR", 3),
    ("Event", 249.5, "DE", 4),
    ("Event", None, "FR", 5),
]


@pytest.fixture
def vera(cast: Cast, client: Client) -> Iterator[Client]:
    with workspace_scope(cast.acme):
        acme = published(cast, [(["metrics", {"key": "leads"}], METRIC)])
        at = MONDAY_10 - timedelta(days=3)
        for place, (source, employees, country, count) in enumerate(LEADS):
            owner = cast.rick if place % 2 else cast.rosa
            facts = {"country": country} | ({} if employees is None else {"employees": employees})
            make_records(acme, count, source=source, owner=owner, properties=facts, at=at)
        fold(acme, MONDAY_10)
    assert cast.vera.user
    client.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(MONDAY_10, tick=False):
        yield client


def told(browser: Client, query: str) -> dict[str, Any]:
    answer: dict[str, Any] = browser.get(f"/api/v1/w/acme/metrics/leads?period=30d&{query}").json()
    return answer


def slices(answer: dict[str, Any]) -> dict[str, int]:
    return {part["value"]: int(Decimal(part["figure"]["value"])) for part in answer["slices"]}


def test_numbers_are_read_by_bands_that_begin_at_their_edges(vera: Client) -> None:
    assert slices(told(vera, "by=employees")) == {"under 50": 1, "50 to 250": 6, "250 and more": 3, "(none)": 5}
    narrowed = told(vera, "segment=employees&value=50 to 250&by=source")
    assert narrowed["figure"]["value"] == "6.000000" and slices(narrowed) == {"Event": 4, "Web": 2}
    rows = vera.get("/api/v1/w/acme/metrics/leads/rows?period=30d&segment=employees&value=under 50").json()
    assert rows["total"] == 1


def test_up_to_three_filters_hold_at_once_and_open_their_rows(vera: Client) -> None:
    asked = "segment=country&value=DE&segment2=source&value2=Web&segment3=employees&value3=50 to 250"
    assert told(vera, asked)["figure"]["value"] == "2.000000"
    assert vera.get(f"/api/v1/w/acme/metrics/leads/rows?period=30d&{asked}").json()["total"] == 2
    page = vera.get(f"/w/acme/scorecard/leads/?period=30d&{asked}").content.decode()
    assert page.count("Take away ") == 3 and "Country: DE" in page
    assert vera.get(f"/w/acme/scorecard/leads/rows/?period=30d&{asked}").content.decode().count("Take away ") == 3
    twice = vera.get("/api/v1/w/acme/metrics/leads?segment=source&value=Web&segment2=source&value2=Event")
    assert twice.status_code == 422 and twice.json()["field"] == "segment2"
    unknown = vera.get("/api/v1/w/acme/metrics/leads?segment2=shoe&value2=9")
    assert unknown.status_code == 422 and unknown.json()["field"] == "segment"


def test_two_segments_at_once_add_up_to_each_alone(vera: Client) -> None:
    for by, then in product(("source", "employees", "country", "owner"), repeat=2):
        answer = told(vera, f"by={by}&then={then}")
        if by == then:
            assert answer["crossed"] is None
            continue
        crossed = answer["crossed"]
        sums = {
            row["value"]: sum(int(Decimal(cell["value"])) for cell in row["figures"] if cell) for row in crossed["rows"]
        }
        assert sums == slices(answer), (by, then)
    crossed = told(vera, "by=source&then=country&segment=employees&value=50 to 250")["crossed"]
    cells = {row["value"]: [cell and cell["value"] for cell in row["figures"]] for row in crossed["rows"]}
    assert crossed["columns"] == ["DE"] and cells == {"Event": ["4.000000"], "Web": ["2.000000"]}
    page = vera.get("/w/acme/scorecard/leads/?period=30d&by=source&then=country").content.decode()
    assert "By source and country" in page


BAD = [
    ([{"segment": "employees", "edges": "250, 50"}], "Edges go upwards, each once."),
    ([{"segment": "country", "edges": "1, 2"}], "“country” is no number"),
    ([{"segment": "score", "edges": "1, 2"}], "“score” is no number"),
]


@pytest.mark.parametrize(("bands", "said"), BAD, ids=[said for _, said in BAD])
def test_bands_that_cannot_be_read_are_refused(cast: Cast, bands: list[dict[str, Any]], said: str) -> None:
    from blueprint.schema import MetricTerms

    with workspace_scope(cast.acme):
        blueprint = blueprint_of(cast.acme)
    metric = MetricTerms.model_validate({**METRIC, "segment_bands": bands, "segments": [bands[0]["segment"]]})
    assert any(said in str(each) for each in faults_of(metric, blueprint))


def test_a_filter_is_chosen_on_the_page_and_kept_in_the_address_and_on_a_board(vera: Client) -> None:
    page = vera.get("/w/acme/scorecard/?period=30d&segment=source&narrow=country").content.decode()
    assert "Country is" in page and '<option value="DE">' in page
    chosen = vera.get("/w/acme/scorecard/?period=30d&segment=source&narrow=country&narrow_value=DE")
    assert chosen["Location"] == "?period=30d&segment=source&segment2=country&value2=DE"
    address = chosen["Location"]
    page = vera.get(f"/w/acme/scorecard/{address}").content.decode()
    assert "Take away Country: DE" in page and 'name="segment2" value="country"' in page
    cards = vera.get(f"/api/v1/w/acme/scorecard{address}").json()["cards"]
    [leads] = [card["figure"]["value"] for card in cards if card["metric"]["key"] == "leads"]
    assert leads == told(vera, "segment=country&value=DE")["figure"]["value"] > "0"

    form = vera.get(f"/w/acme/boards/new/{address}").context["form"]
    assert form["segment2"].value() == "country" and form["value2"].value() == "DE"
    fields = {"name": "Germany", "metrics": ["leads"], "period": "30d", "compare": "previous", "segment": "source"}
    made = vera.post("/w/acme/boards/new/", fields | {"segment2": "country", "value2": "DE"})
    page = vera.get(made["Location"]).content.decode()
    assert "only country DE" in page and "/w/acme/funnel/?period=30d" in page
    assert vera.get("/w/acme/boards/new/").context["form"]["period"].value() == "90d"
    [board] = vera.get("/api/v1/w/acme/boards").json()
    assert board["filters"] == [{"segment": "country", "value": "DE"}]
    figures = vera.get(f"/api/v1/w/acme/boards/{board['number']}/figures").json()
    assert [card["figure"]["value"] for card in figures["cards"]] == [leads]
    missing = vera.post("/w/acme/boards/new/", fields | {"segment2": "country", "value2": ""})
    assert missing.status_code == 422 and "value2" in missing.context["form"].errors
    full = "segment=country&value=DE&segment2=source&value2=Web&segment3=owner&value3=Ada"
    more = vera.get(f"/w/acme/scorecard/?{full}&narrow=employees&narrow_value=under 50")
    assert more.status_code == 422 and b"at most three filters" in more.content


def test_bands_of_money_are_told_in_the_reporting_currency(cast: Cast, client: Client) -> None:
    money = ("amount", "mrr")
    bands = {"segments": [*money], "segment_bands": [{"segment": each, "edges": "1000"} for each in money]}
    with workspace_scope(cast.acme):
        acme = published(cast, [(["metrics", {"key": "leads"}], METRIC | bands)])
        at = MONDAY_10 - timedelta(days=3)
        own = acme.currency
        other = "JPY" if own != "JPY" else "USD"
        ExchangeRate.objects.create(to_currency=own, currency=other, day=at.date() - timedelta(days=9), rate="0.01")
        for amount, currency in ((900, own), (90_000, other), (200_000, other), (5_000, "CHF"), (None, own)):
            make_records(acme, 1, amount=amount, mrr=amount, currency=currency, at=at)
        fold(acme, MONDAY_10)
    client.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(MONDAY_10, tick=False):
        for segment in money:
            assert slices(told(client, f"by={segment}")) == {"under 1,000": 2, "1,000 and more": 1, "(none)": 2}
        crossed = told(client, "by=mrr&then=amount")["crossed"]
        assert len(crossed["rows"]) == 3
        rows = client.get("/api/v1/w/acme/metrics/leads/rows?period=30d&segment=amount&value=1,000 and more").json()
    assert rows["total"] == 1
