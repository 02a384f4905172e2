"""Money in several currencies: one reporting currency, dated rates, and what has no rate is counted, never added."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.test import Client

from blueprint.documents import blueprint_of, default_document
from core.history.models import Event
from core.people.models import Member, Workspace
from core.tenancy.scope import workspace_scope
from governance.actions.founding import publish_first_version
from lifecycle.models import Record, StageStay
from scorecard import queries
from scorecard.actions import fold
from scorecard.models import DirtyDay, ExchangeRate
from scorecard.rules.periods import Period
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records

pytestmark = pytest.mark.django_db
CLOSED = datetime(2026, 2, 11, 3, 0, tzinfo=UTC)  # still the tenth in New York


@pytest.fixture
def otto(cast: Cast, client: Client) -> Iterator[Client]:
    """Otto's browser in Initech of New York, which reports in EUR and sells in USD."""
    document = deepcopy(default_document())
    document["reporting"] |= {"currency": "EUR"}
    of_large = {"dated": "stays.entered_at", "stages": "sales/closed_won", "that": "amount >= 960"}
    closed = {"dated": "stays.entered_at", "stages": "sales/closed_won"}
    document["metrics"] += [
        {"key": "large", "label": "Large", "kind": "count", "unit": "count", "parameters": closed,
         "filter": "amount >= 800"},
        {"key": "share_large", "label": "Share of large", "kind": "share", "unit": "ratio", "parameters": of_large},
        {"key": "large_jpy", "label": "Large in JPY", "kind": "count", "unit": "count", "parameters": closed,
         "filter": 'currency == "JPY" && amount >= 100000'},
    ]  # fmt: skip
    with time_machine.travel(MONDAY_10, tick=False):
        initech = Workspace.objects.create(name="Initech", slug="initech", time_zone="America/New_York", currency="USD")
        with workspace_scope(initech):
            founder = Member.objects.create(user=cast.otto.user, role="owner", name="Otto", email=cast.otto.email)
            publish_first_version(workspace=initech, founder=founder, at=MONDAY_10, document=document)
        assert cast.otto.user
        client.force_login(cast.otto.user, backend="django.contrib.auth.backends.ModelBackend")
        yield client


def initech() -> Workspace:
    return Workspace.objects.get(slug="initech")


def rate(currency: str, day: date, value: str) -> ExchangeRate:
    return ExchangeRate.objects.create(to_currency="EUR", currency=currency, day=day, rate=Decimal(value))


def won(amount: str | None, currency: str) -> None:
    money = {"amount": amount and Decimal(amount), "currency": currency}
    make_records(initech(), path="sales/closed_won", at=CLOSED, source="Webinar", **money)


def told(browser: Client, key: str, **asked: str) -> dict[str, Any]:
    answer: dict[str, Any] = browser.get(f"/api/v1/w/initech/metrics/{key}", {"period": "90d", **asked}).json()
    return answer


def table(browser: Client, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(browser.get(f"/w/initech/{address}").getvalue().decode())))


def test_euros_dollars_and_yen_are_one_figure_and_what_has_no_rate_is_counted_beside(otto: Client) -> None:
    with workspace_scope(initech()):
        won("1000", "EUR")
        won("1000", "")  # in the workspace's own currency
        won("100000", "JPY")
        won(None, "EUR")
        rate("USD", date(2026, 1, 1), "0.9")
        rate("USD", date(2026, 2, 11), "0.5")  # the day after, in New York
        fold(initech(), MONDAY_10)
    average = told(otto, "average_deal", by="currency")
    figure = average["figure"]
    assert (figure["value"], figure["denominator"], figure["aside"]) == ("950.000000", "2.000000", "1.000000")
    assert figure["unconverted"] == 1 and average["unconverted"] == [{"currency": "JPY", "count": 1}]
    assert {each["value"]: each["figure"]["unconverted"] for each in average["slices"]} == {
        "EUR": 0,
        "USD": 0,
        "JPY": 1,
    }
    velocity = told(otto, "velocity")["figure"]
    assert velocity["inputs"]["average_deal"] == "950.000000" and velocity["inputs"]["win_rate"] == "1.000000"
    sourced = told(otto, "marketing_sourced")
    assert (sourced["figure"]["denominator"], sourced["metric"]["sources_version"]) == ("1900.000000", 1)

    page = otto.get("/w/initech/scorecard/average_deal/?period=90d").content.decode()
    assert "950 EUR" in page and "1 without a rate" in page and "1 in JPY" in page
    [line] = [each for each in table(otto, "scorecard.csv?period=90d") if each["metric"] == "average_deal"]
    assert (line["value"], line["unconverted"]) == ("950", "1")

    rows = table(otto, "scorecard/average_deal/rows.csv?period=90d&part=counted")
    assert sorted((row["amount"], row["currency"], row["converted"]) for row in rows) == [
        ("1000", "", "900"),
        ("1000", "EUR", "1000"),
    ]
    [beside] = otto.get("/api/v1/w/initech/metrics/average_deal/rows?period=90d&part=unconverted").json()["rows"]
    assert (beside["amount"], beside["converted"], beside["cause"]) == ("100000.000000", None, "JPY without a rate")
    page = otto.get("/w/initech/scorecard/average_deal/rows/?period=90d").content.decode()
    assert "1,000 EUR" in page and "900.00 EUR" in page


def test_a_rate_that_comes_later_counts_from_its_day_on(otto: Client) -> None:
    with workspace_scope(initech()):
        won("1000", "EUR")
        won("100000", "JPY")
        fold(initech(), MONDAY_10)
        assert not DirtyDay.objects.exists()
        rate("JPY", date(2026, 2, 20), "0.007")  # after closing: no rate of that day yet
    assert told(otto, "average_deal")["figure"]["unconverted"] == 1
    with workspace_scope(initech()):
        earlier = rate("JPY", date(2026, 2, 1), "0.00615")
        assert set(DirtyDay.objects.values_list("day", flat=True)) >= {date(2026, 2, 10), date(2026, 2, 19)}
    assert told(otto, "average_deal")["figure"]["value"] == "807.500000"
    with workspace_scope(initech()):
        fold(initech(), MONDAY_10)
    assert told(otto, "average_deal")["figure"]["value"] == "807.500000"
    with workspace_scope(initech()):
        ExchangeRate.objects.filter(pk=earlier.pk).update(rate="0.00333")
    assert told(otto, "average_deal")["figure"]["numerator"] == "1333.000000"
    with workspace_scope(initech()):
        fold(initech(), MONDAY_10)
        earlier.delete()
    assert told(otto, "average_deal")["figure"]["unconverted"] == 1


def test_filters_and_lines_of_metrics_compare_money_in_the_reporting_currency(otto: Client) -> None:
    with workspace_scope(initech()):
        won("1000", "EUR")
        won("1000", "")  # 900 EUR on its day, 500 now
        won("100000", "JPY")
        rate("USD", date(2026, 1, 1), "0.9")
        rate("USD", date(2026, 2, 11), "0.5")
        fold(initech(), MONDAY_10)
    figures = [told(otto, key)["figure"]["value"] for key in ("large", "share_large", "large_jpy")]
    assert figures == ["2.000000", "0.333333", "1.000000"]
    with workspace_scope(initech()):
        rate("JPY", date(2026, 2, 1), "0.00801")
    assert told(otto, "large")["figure"]["value"] == "3.000000", "kept readings follow the rate"


def test_each_side_answers_for_its_own_sources(otto: Client) -> None:
    with workspace_scope(initech()):
        for source, amount in (("webinar", 500), ("Partner", 300), ("Outbound", 100), ("Fair", 60), ("", 40)):
            make_records(initech(), path="sales/discovery", at=CLOSED, source=source, amount=amount, currency="EUR")
        make_records(initech(), path="sales/discovery", at=CLOSED, source="Event", amount=None)
    sourced = told(otto, "marketing_sourced", by="cause")
    assert (sourced["figure"]["value"], sourced["figure"]["aside"]) == ("0.500000", "1.000000")
    shares = {each["value"]: int(Decimal(each["figure"]["denominator"])) for each in sourced["slices"]}
    assert shares == {"Marketing": 500, "Partner": 300, "Outbound": 100, "Others": 60, "No source": 40}
    assert told(otto, "partner_sourced")["figure"]["value"] == "0.300000"
    assert told(otto, "outbound_sourced")["figure"]["value"] == "0.100000"
    page = otto.get("/w/initech/scorecard/marketing_sourced/?period=90d").content.decode()
    assert "Version of the sources" in page and "500 EUR from marketing of 1,000 EUR" in page


RATES = "/api/v1/w/initech/rates"


def written(browser: Client, *rates: tuple[str, str, str], source: str = "") -> Any:
    body = {"rates": [dict(zip(("currency", "day", "rate"), each, strict=True)) for each in rates], "source": source}
    return browser.post(RATES, body, content_type="application/json")


def test_rates_come_in_by_form_by_lines_and_by_call_and_each_change_is_an_event(otto: Client) -> None:
    typed = {"currency": "GBP", "day": "2026-02-01", "rate": "1.17", "source": "Bank"}
    assert otto.post("/w/initech/rates/", typed).status_code == 302
    lines = "Date;Currency;Value\n01.02.2026;CHF;1,05\n"
    refused = otto.post("/w/initech/rates/lines/", {"lines": lines})
    assert refused.status_code == 422 and "Line 2: “01.02.2026” is no day" in refused.content.decode()
    pasted = "date\tcurrency\trate\n2026-02-01\tCHF\t1,05\n2026-02-02\tchf\t1,06\n"
    assert otto.post("/w/initech/rates/lines/", {"lines": pasted, "source": "Sheet"}).status_code == 302
    first = written(otto, ("CHF", "2026-02-02", "1.07"), ("USD", "2026-02-01", "0.91"), source="feed")
    assert first.json() == {"added": 1, "changed": 1, "unchanged": 0}
    assert written(otto, ("CHF", "2026-02-02", "1.07")).json() == {"added": 0, "changed": 0, "unchanged": 1}

    rates = otto.get(RATES).json()["results"]
    assert rates[0]["day"] == "2026-02-02"
    assert sorted((each["currency"], each["day"], each["rate"], each["source"]) for each in rates) == [
        ("CHF", "2026-02-01", "1.0500000000", "Sheet"),
        ("CHF", "2026-02-02", "1.0700000000", "feed"),
        ("GBP", "2026-02-01", "1.1700000000", "Bank"),
        ("USD", "2026-02-01", "0.9100000000", "feed"),
    ]
    assert len(otto.get(RATES, {"currency": "gbp"}).json()["results"]) == 1
    page = otto.get("/w/initech/rates/").content.decode()
    assert "1 unit in EUR" in page and "1.07" in page and "Sheet" in page
    assert otto.delete(f"{RATES}/{rates[0]['id']}").status_code == 204
    assert otto.post(f"/w/initech/rates/{rates[1]['id']}/removal/").status_code == 302
    with workspace_scope(initech()):
        told = list(Event.objects.filter(kind__startswith="rate.").order_by("at", "id").values_list("kind", "facts"))
    assert sorted(kind for kind, _ in told) == ["rate.added"] * 3 + ["rate.changed"] + ["rate.removed"] * 2
    [changed] = [facts for kind, facts in told if kind == "rate.changed"]
    assert (changed["rate"], changed["now"]) == ("1.0600000000", "1.0700000000")


@pytest.mark.parametrize(
    ("rate", "field", "said"),
    [
        (("EUR", "2026-02-01", "1"), "currency", "reporting currency itself"),
        (("XXX", "2026-02-01", "1"), "currency", "no currency we know"),
        (("GBP", "1066-02-01", "1"), "day", "not believable"),
        (("GBP", "2026-02-01", "0"), "rate", "above 0"),
        (("GBP", "2026-02-01", "-1"), "rate", "above 0"),
    ],
)
def test_a_rate_that_makes_no_sense_is_refused_by_its_field(
    otto: Client, rate: tuple[str, str, str], field: str, said: str
) -> None:
    refused = written(otto, rate)
    assert refused.status_code == 422 and refused.json()["field"] == field and said in refused.json()["detail"]


def test_two_rates_of_one_day_are_refused_and_anothers_rates_are_not_there(cast: Cast, otto: Client) -> None:
    twice = written(otto, ("GBP", "2026-02-01", "1"), ("GBP", "2026-02-01", "2"))
    assert twice.status_code == 422 and "two rates" in twice.json()["detail"]
    with workspace_scope(cast.acme):
        theirs = ExchangeRate.objects.create(to_currency="USD", currency="GBP", day=date(2026, 1, 1), rate=1)
    assert otto.delete(f"{RATES}/{theirs.pk}").status_code == 404
    assert otto.get(RATES).json()["results"] == []


def test_what_was_won_and_what_was_generated_are_sums_by_owner_and_source(otto: Client) -> None:
    with workspace_scope(initech()):
        rate("USD", date(2026, 1, 1), "0.9")
        won("1000", "EUR")
        won("1000", "USD")
        won(None, "USD")
        make_records(initech(), path="sales/discovery", at=CLOSED, source="Fair", amount=50, currency="EUR")
    revenue = told(otto, "revenue_won", by="source")
    assert (revenue["figure"]["value"], revenue["figure"]["aside"]) == ("1900.000000", "1.000000")
    generated = told(otto, "pipeline_generated", by="source")
    assert generated["figure"]["value"] == "1950.000000"
    assert {each["value"]: each["figure"]["value"] for each in generated["slices"]} == {
        "Webinar": "1900.000000",
        "Fair": "50.000000",
    }
    assert "1,950 EUR" in otto.get("/w/initech/scorecard/pipeline_generated/?period=90d").content.decode()


def deal(amount: int | None, *moves: tuple[str, int], currency: str = "EUR") -> None:
    """A deal and the days of February on which it entered stages of the sales pipeline."""
    stages = blueprint_of(initech()).stages_by_path
    (first, day), *others = moves
    at = [datetime(2026, 2, day, 18, 0, tzinfo=UTC) for _, day in moves]
    [record] = make_records(
        initech(), path=f"sales/{first}", at=at[0], amount=amount, currency=currency, source="Webinar"
    )
    for place, (name, _) in enumerate(others, 1):
        stay = StageStay.objects.get(record=record, exited_at=None)
        StageStay.objects.filter(pk=stay.pk).update(exited_at=at[place])
        going = {"stage_id": stages[f"sales/{name}"].id, "entered_at": at[place], "from_stage_id": stay.stage_id}
        StageStay.objects.create(**copied(stay), **going)
        Record.objects.filter(pk=record.pk).update(stage_id=going["stage_id"], entered_stage_at=at[place])


def copied(stay: StageStay) -> dict[str, Any]:
    """What the next stay of a record has as the one before."""
    moved = ("id", "stage", "entered_at", "from_stage", "exited_at")
    fields = [each for each in StageStay._meta.local_concrete_fields if each.name not in moved]
    return {each.attname: getattr(stay, each.attname) for each in fields}


def figure_with(metric_key: str, parameters: dict[str, str]) -> tuple[str, ...]:
    """The value, numerator, denominator and what stands beside, of February, with other parameters of the metric."""
    board = queries.board_of(initech(), MONDAY_10)
    metric = board.metric(metric_key)
    asked = metric.model_copy(update={"parameters": {**metric.parameters, **parameters}, "segments": ()})
    found = queries.measured(board, asked, Period(date(2026, 2, 1), date(2026, 2, 28))).figure
    told = (found.value, found.numerator, found.denominator, found.aside, found.unconverted)
    return tuple("–" if each is None else f"{each:.2f}" for each in told)


def test_the_win_rate_by_amount_by_opening_and_by_the_last_closing(otto: Client) -> None:
    with workspace_scope(initech()):
        rate("USD", date(2026, 1, 1), "0.5")
        deal(1000, ("discovery", 2), ("closed_won", 5), currency="USD")
        deal(300, ("discovery", 2), ("closed_lost", 6), ("discovery", 8), ("closed_won", 12))  # reopened, then won
        deal(200, ("discovery", 3), ("closed_lost", 9))
        deal(700, ("discovery", 3), ("closed_won", 9), ("discovery", 20))  # reopened, and still open
        deal(None, ("discovery", 4), ("closed_lost", 10))
        deal(5000, ("discovery", 4), ("closed_lost", 10), currency="JPY")
        assert figure_with("win_rate", {}) == ("0.43", "3.00", "7.00", "0.00", "0.00")
        assert figure_with("win_rate", {"reopened": "last"}) == ("0.40", "2.00", "5.00", "0.00", "0.00")
        assert figure_with("win_rate", {"weigh": "amount"}) == ("0.75", "1500.00", "2000.00", "1.00", "1.00")
        by_opening = {"cohort": "opening"}
        assert figure_with("win_rate", by_opening) == ("0.40", "2.00", "5.00", "1.00", "0.00")
        by_both = {"cohort": "opening", "weigh": "amount"}
        assert figure_with("win_rate", by_both) == ("0.80", "800.00", "1000.00", "2.00", "1.00")
        assert figure_with("revenue_won", {"reopened": "last"})[0] == "800.00"
        assert figure_with("revenue_won", {})[0] == "1500.00"
