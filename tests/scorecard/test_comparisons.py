"""A figure beside others: the year before, any other days, a second value; what happened meanwhile; small samples."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
from django.test import Client

from core.tenancy.scope import workspace_scope
from lifecycle.models import Import
from scorecard import queries
from scorecard.rules.comparisons import comparison
from scorecard.rules.periods import Period
from tests.cast import MONDAY_10, Cast
from tests.scorecard.figures import figure_of

BACKEND = "django.contrib.auth.backends.ModelBackend"
LAST_90 = Period(date(2025, 12, 3), date(2026, 3, 2), "90d")


@pytest.mark.parametrize(
    ("choice", "days", "expected"),
    [
        ("", (), (date(2025, 9, 4), date(2025, 12, 2))),
        ("previous", (), (date(2025, 9, 4), date(2025, 12, 2))),
        ("year", (), (date(2024, 12, 3), date(2025, 3, 2))),
        ("custom", (date(2026, 3, 1), date(2026, 3, 2)), (date(2026, 3, 1), date(2026, 3, 2))),
    ],
)
def test_a_period_is_compared_with_the_days_somebody_chose(
    choice: str, days: tuple[date, ...], expected: tuple[date, date]
) -> None:
    found = comparison(LAST_90, choice, *days).period
    assert found and (found.first, found.last) == expected


def test_29_february_is_28_february_a_year_before_and_the_first_year_has_none() -> None:
    leap = comparison(Period(date(2024, 2, 1), date(2024, 2, 29)), "year").period
    assert leap and leap.last == date(2023, 2, 28)
    assert comparison(Period(date(1, 1, 1), date(1, 1, 2)), "year").period is None
    assert comparison(Period(date(2024, 2, 1), date(2024, 2, 2), "all"), "year").period is None


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("compare=year", date(2024, 12, 3), date(2025, 3, 2)),
        ("compare=custom&compare_from=2026-01-05&compare_to=2026-02-10", date(2026, 1, 5), date(2026, 2, 10)),
    ],
)
def test_page_api_and_file_compare_with_the_same_days(
    cast: Cast, vera: Client, query: str, first: date, last: date
) -> None:
    told = vera.get(f"/api/v1/w/acme/scorecard?period=90d&{query}").json()
    assert (told["compared"]["period"]["first"], told["compared"]["period"]["last"]) == (f"{first}", f"{last}")
    file = vera.get(f"/w/acme/scorecard.csv?period=90d&{query}").content.decode()
    lines = {row["metric"]: row for row in csv.DictReader(StringIO(file))}
    with workspace_scope(cast.acme):
        board = queries.board_of(cast.acme, MONDAY_10)
        for card in told["cards"]:
            key = card["metric"]["key"]
            figure = figure_of(board, key, first, last)
            value = None if figure.value is None else f"{figure.value:f}"
            assert card["before"]["value"] == value, key
            assert lines[key]["compared_from"] == f"{first}"
            assert float(lines[key]["value_before"] or -1) == float(value or -1)
    one = vera.get(f"/w/acme/scorecard/win_rate/?period=90d&step=week&{query}")
    assert [line.get("is_quiet", False) for line in one.context["trend"]["series"]] == [False, True]
    in_api = vera.get(f"/api/v1/w/acme/metrics/win_rate?period=90d&step=week&{query}").json()
    assert in_api["before"] == next(c["before"] for c in told["cards"] if c["metric"]["key"] == "win_rate")
    assert in_api["trend_before"][0]["period"]["first"] == f"{first}"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("compare=never", "compare"),
        ("compare=custom&compare_from=2026-02-01", "compare_from"),
        ("compare_from=2026-02-02&compare_to=2026-02-01", "compare_from"),
        ("compare_from=1930-01-01&compare_to=2020-01-01&step=day", "compare_from"),
        ("compare_to=today", "compare_to"),
    ],
)
def test_a_comparison_of_the_wrong_shape_is_refused_by_name(vera: Client, query: str, field: str) -> None:
    answer = vera.get(f"/api/v1/w/acme/metrics/win_rate?{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert vera.get(f"/w/acme/scorecard/win_rate/?{query}").status_code == 422


def test_two_values_of_a_segment_stand_side_by_side(vera: Client) -> None:
    asked = "period=90d&segment=owner&value=Rick&beside=Rosa"
    told = vera.get(f"/api/v1/w/acme/scorecard?{asked}").json()
    alone = vera.get("/api/v1/w/acme/scorecard?period=90d&segment=owner&value=Rosa").json()
    others = {card["metric"]["key"]: card["figure"] for card in alone["cards"] if card["figure"]["value"] is not None}
    assert others
    for card in told["cards"]:
        if card["metric"]["key"] in others:
            assert card["beside"] == others[card["metric"]["key"]]
    key = next(iter(others))
    page = vera.get(f"/w/acme/scorecard/{key}/?{asked}&by=owner")
    assert [line["name"] for line in page.context["trend"]["series"]] == ["Rick", "Rosa"]
    file = vera.get(f"/w/acme/scorecard/{key}.csv?{asked}").content.decode()
    rows = {row["row"]: row for row in csv.DictReader(StringIO(file))}
    assert rows["beside"]["segment_value"] == "Rosa"
    assert vera.get(f"/w/acme/scorecard/?{asked}").status_code == 200


def test_versions_and_imports_are_marked_where_they_fell(cast: Cast, vera: Client) -> None:
    with workspace_scope(cast.acme):
        Import.objects.create(
            number=7,
            state=Import.State.FINISHED,
            target="leads",
            file_name="crm.csv",
            created_by=cast.ada,
            finished_at=MONDAY_10 - timedelta(days=9),
        )
    told = vera.get("/api/v1/w/acme/metrics/win_rate?period=90d&step=week").json()
    marks = [(mark["kind"], mark["number"], mark["day"]) for mark in told["marks"]]
    assert ("import", 7, "2026-02-21") in marks
    assert "version" in {kind for kind, *_ in marks}
    page = vera.get("/w/acme/scorecard/win_rate/?period=90d&step=week")
    named = {mark["at"]: mark["name"] for mark in page.context["trend"]["marks"]}
    weeks = [each["period"] for each in told["trend"]]
    at = next(i for i, week in enumerate(weeks) if week["first"] <= "2026-02-21" <= week["last"])
    assert "import" in named[at]
    assert b"Import 7: crm.csv" in page.content


def test_a_small_sample_is_said(vera: Client) -> None:
    cards = vera.get("/api/v1/w/acme/scorecard?period=90d").json()["cards"]
    small = {card["metric"]["key"] for card in cards if card["is_small_sample"]}
    win_rate = next(card for card in cards if card["metric"]["key"] == "win_rate")
    assert win_rate["sample_size"] == round(float(win_rate["figure"]["denominator"])) < 20
    assert "win_rate" in small
    assert b"small sample" in vera.get("/w/acme/scorecard/win_rate/?period=90d").content


def test_a_metric_by_segment_is_drawn_in_small_charts_of_one_scale(vera: Client) -> None:
    page = vera.get("/w/acme/scorecard/win_rate/?period=90d&step=month&by=owner")
    drawn = page.context["multiples"]
    assert len(drawn) > 1
    assert len({each.chart["most"] for each in drawn}) == 1
    told = vera.get("/api/v1/w/acme/metrics/win_rate?period=90d&step=month&by=owner").json()
    assert [len(each["trend"]) for each in told["slices"]] == [len(told["trend"])] * len(told["slices"])
