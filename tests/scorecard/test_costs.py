"""Costs of sources: written by form, file and call; what a lead, pipeline and a won deal cost is told by source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.history.models import Event
from core.tenancy.scope import workspace_scope
from scorecard.models import ExchangeRate, SourceCost
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records

pytestmark = pytest.mark.django_db
PAGE, CALL = "/w/acme/costs/", "/api/v1/w/acme/costs"
IN_FEBRUARY = datetime(2026, 2, 11, 12, 0, tzinfo=UTC)
FEBRUARY = "from=2026-02-01&to=2026-02-28"


@pytest.fixture
def ada(cast: Cast, client: Client) -> Iterator[Client]:
    """Ada's browser at Acme, which reports in USD."""
    assert cast.ada.user
    client.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(MONDAY_10, tick=False):
        yield client


def sent(browser: Client, *costs: dict[str, Any]) -> Any:
    return browser.post(CALL, {"costs": costs}, content_type="application/json")


def figures(browser: Client, key: str, query: str = FEBRUARY) -> tuple[str | None, dict[str, str | None]]:
    """What a metric says of the whole and of each source."""
    told = browser.get(f"/api/v1/w/acme/metrics/{key}?{query}&by=source").json()
    return told["figure"]["value"], {part["value"]: part["figure"]["value"] for part in told["slices"]}


def test_costs_come_in_by_form_by_file_and_by_call_and_each_change_is_an_event(cast: Cast, ada: Client) -> None:
    assert "No costs yet" in ada.get(PAGE).content.decode()
    typed = {"source": "paid  search", "month": "2026-02", "amount": "280", "currency": "USD"}
    assert ada.post(PAGE, typed).status_code == 302
    file = SimpleUploadedFile("costs.csv", b"Channel;Month;Spend\nWebinar;2026-02;140,50\nFair, Berlin;2026-01;9\n")
    assert ada.post(f"{PAGE}lines/", {"file": file}).status_code == 302
    again = {"source": "Paid search", "month": "2026-02-01", "amount": "300"}
    assert sent(ada, again, {**again, "month": "2026-01"}).json() == {"added": 1, "changed": 1, "unchanged": 0}
    assert sent(ada, {**again, "source": "PAID SEARCH"}).json() == {"added": 0, "changed": 0, "unchanged": 1}
    kept = ada.get(CALL).json()["results"]
    assert sorted((each["source"], each["month"], each["amount"], each["currency"]) for each in kept) == [
        ("Fair, Berlin", "2026-01-01", "9.00", "USD"),
        ("Paid search", "2026-01-01", "300.00", "USD"),
        ("Paid search", "2026-02-01", "300.00", "USD"),  # as the blueprint spells it
        ("Webinar", "2026-02-01", "140.50", "USD"),
    ]
    assert "300.00" in ada.get(PAGE).content.decode()
    of_one = ada.get(CALL, {"source": "webinar"}).json()["results"]
    assert [each["source"] for each in of_one] == ["Webinar"]
    assert ada.delete(f"{CALL}/{of_one[0]['id']}").status_code == 204
    [fair] = [each["id"] for each in kept if each["source"] == "Fair, Berlin"]
    assert ada.post(f"{PAGE}{fair}/removal/").status_code == 302
    with workspace_scope(cast.acme):
        told = list(Event.objects.filter(kind__startswith="cost.").values_list("kind", "facts"))
    assert sorted(kind for kind, _ in told) == ["cost.added"] * 3 + ["cost.changed"] + ["cost.removed"] * 2
    [changed] = [facts for kind, facts in told if kind == "cost.changed"]
    assert (changed["before"], changed["amount"]) == ("280.00", "300.00")
    with workspace_scope(cast.globex):
        theirs = SourceCost.objects.create(source="Web", month=date(2026, 1, 1), amount=1, currency="USD")
    assert ada.delete(f"{CALL}/{theirs.pk}").status_code == 404


GOOD = {"source": "Web", "month": "2026-02", "amount": "1", "currency": "EUR"}
BAD = [
    ({"source": " "}, "source", "blank"),
    ({"month": "02/2026"}, "month", "is no month"),
    ({"month": "2026-13"}, "month", "is no month"),
    ({"amount": "-1"}, "amount", "0 or more"),
    ({"currency": "XXX"}, "currency", "no currency we know"),
]


def test_a_cost_that_makes_no_sense_is_refused_by_its_field(ada: Client) -> None:
    for wrong, field, said in BAD:
        refused = sent(ada, GOOD | wrong)
        assert refused.status_code == 422, wrong
        assert field in refused.json()["field"] and said in refused.json()["detail"], refused.json()
    twice = sent(ada, GOOD, GOOD | {"amount": "2"})
    assert twice.status_code == 422 and "two costs in 2026-02" in twice.json()["detail"]
    page = ada.post(f"{PAGE}lines/", {"lines": "Web,2026-02,5\nWeb,2026-99,5"})
    assert page.status_code == 422 and "Line 2: “2026-99” is no month" in page.content.decode()
    assert ada.get(CALL).json()["results"] == []


def test_what_a_source_costs_is_told_by_what_it_brought_and_unknown_without_a_cost(cast: Cast, ada: Client) -> None:
    with workspace_scope(cast.acme):
        ExchangeRate.objects.create(to_currency="USD", currency="EUR", day=date(2026, 2, 1), rate="1.5")
        for source, leads, deals in (("Webinar", 4, 2), ("Event", 1, 0), ("Partner", 2, 1)):
            make_records(cast.acme, leads, path="lifecycle/lead", source=source, at=IN_FEBRUARY)
            make_records(cast.acme, deals, path="sales/closed_won", source=source, amount=1_000, at=IN_FEBRUARY)
    assert figures(ada, "source_cost") == (None, {}) and figures(ada, "cost_per_lead")[0] is None
    webinar = {"source": "Webinar", "month": "2026-02", "amount": "100", "currency": "EUR"}
    fair = {"source": "Fair", "month": "2026-02", "amount": "7", "currency": "JPY"}
    assert sent(ada, webinar, {**webinar, "source": "Event"}, fair).status_code == 200
    whole, by_source = figures(ada, "source_cost")
    assert whole == "300.000000"
    assert by_source == {"Webinar": "150.000000", "Event": "150.000000", "Fair": None}  # no rate of the yen
    assert figures(ada, "cost_per_lead") == (
        "42.857143",
        {"Webinar": "37.500000", "Event": "150.000000", "Partner": None},
    )
    assert figures(ada, "cost_of_pipeline")[1]["Webinar"] == "0.075000"
    assert figures(ada, "cost_per_deal")[1] == {"Webinar": "75.000000", "Event": None, "Partner": None}
    # Days of a month have parts to the cent, which add up to it, whichever are asked together.
    days = [figures(ada, "source_cost", f"from=2026-02-{day:02}&to=2026-02-{day:02}")[1]["Event"] for day in (1, 2, 28)]
    assert days == ["5.360000", "5.350000", "5.360000"]
    unconverted = ada.get(f"/api/v1/w/acme/metrics/source_cost?{FEBRUARY}").json()
    assert unconverted["unconverted"] == [{"currency": "JPY", "count": 28}]  # days, as those with a cost are counted
    week = ada.get("/api/v1/w/acme/metrics/source_cost?from=2026-02-10&to=2026-02-16&by=source").json()
    beside = {part["value"]: part["figure"]["unconverted"] for part in week["slices"]}
    assert beside == {"Webinar": 0, "Event": 0, "Fair": 7}, "also where the first day of the month is not asked"
    rows = ada.get(f"/api/v1/w/acme/metrics/source_cost/rows?{FEBRUARY}&part=counted").json()
    assert rows["total"] == 56 and rows["rows"][0]["record"] is None
    page = ada.get(f"/w/acme/scorecard/cost_per_lead/?{FEBRUARY}").content.decode()
    assert "42.86 USD" in page and f'href="{PAGE}"' in page
    assert "Webinar" in ada.get(f"/w/acme/scorecard/source_cost/rows/?{FEBRUARY}").content.decode()
    for reading in ("reading=now", "known_on=2026-02-20"):
        assert ada.get(f"/w/acme/scorecard/?{FEBRUARY}&{reading}&segment=source").status_code == 200


TRIED = "/api/v1/w/acme/metric-preview"


def test_a_metric_is_tried_by_a_call_before_anybody_proposes_it(cast: Cast, ada: Client) -> None:
    with workspace_scope(cast.acme):
        make_records(cast.acme, 3, path="lifecycle/mql", source="Webinar", at=IN_FEBRUARY)
    asked = {"key": "mine", "kind": "count", "unit": "count", "parameters": {"dated": "stays.entered_at"}}
    asked["filter"] = "source == 'Webinar'"
    told = ada.post(TRIED, asked, content_type="application/json").json()
    assert (told["figure"]["value"], told["why_not"], told["metric"]["label"]) == ("3.000000", "", "mine")
    assert len(told["trend"]) == 12 and told["trend"][-2]["figure"]["value"] == "3.000000"
    again = ada.post(TRIED, asked | {"key": "new_leads"}, content_type="application/json").json()
    assert again["figure"]["value"] == "3.000000"  # in the place of the one in force
    assert ada.get("/api/v1/w/acme/metrics/mine").status_code == 404
    for wrong, field in (
        ({"kind": "guess"}, "kind"),
        ({"unit": "days"}, "unit"),
        ({"parameters": {"dated": "stays.entered_at", "stages": "nowhere"}}, "parameters.stages"),
        ({"filter": "nothing > 1"}, "filter"),
        ({"key": "Not a key"}, "key"),
    ):
        refused = ada.post(TRIED, asked | wrong, content_type="application/json")
        assert (refused.status_code, refused.json()["field"]) == (422, field), refused.json()
