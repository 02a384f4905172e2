"""The pages show the numbers, everywhere the same, and open their rows."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.test import Client

from core.figures import shown
from core.tenancy.scope import workspace_scope
from lifecycle.models import Record
from scorecard import queries
from scorecard.actions import fold
from scorecard.models import ScorecardView
from tests.cast import MONDAY_10, Cast
from tests.counting import statements
from tests.scorecard.figures import figure_of
from tests.scorecard.life import Life

pytestmark = pytest.mark.django_db


def test_page_api_and_csv_tell_the_same_number_to_the_cent(busy: Cast, vera: Client) -> None:
    page = vera.get("/w/acme/scorecard/?period=90d")
    assert page.status_code == 200
    told = vera.get("/api/v1/w/acme/scorecard?period=90d").json()
    lines = {row["metric"]: row for row in csv.DictReader(StringIO(vera.get("/w/acme/scorecard.csv").content.decode()))}
    with workspace_scope(busy.acme):
        board = queries.board_of(busy.acme, MONDAY_10)
        period = board.period("90d")
        for card in told["cards"]:
            metric = board.metric(card["metric"]["key"])
            figure = figure_of(board, metric.key, period.first, period.last)
            value = "" if figure.value is None else f"{figure.value:f}"
            assert (card["figure"]["value"] or "") == value
            assert float(lines[metric.key]["value"] or -1) == float(value or -1)
            assert shown(figure.value, metric.unit, "USD") in page.content.decode()
            one = vera.get(f"/api/v1/w/acme/metrics/{metric.key}?period=90d").json()
            assert one["figure"] == card["figure"]
            file = vera.get(f"/api/v1/w/acme/metrics/{metric.key}.csv?period=90d").content.decode()
            first = next(csv.DictReader(StringIO(file)))
            assert (first["value"], first["numerator"]) == (lines[metric.key]["value"], lines[metric.key]["numerator"])
    assert sum(card["figure"]["value"] is not None for card in told["cards"]) > 5


def test_the_headline_has_at_most_ten_numbers_each_with_an_owner(vera: Client) -> None:
    response = vera.get("/w/acme/scorecard/")
    headline = response.context["found"].headline
    assert 8 <= len(headline) <= 10
    assert {one.owner for one in headline} == {"Ada"}


def test_what_is_out_of_band_comes_first_on_page_and_api(vera: Client) -> None:
    shown_first = [one.metric.key for one in vera.get("/w/acme/scorecard/").context["found"].headline]
    told = vera.get("/api/v1/w/acme/scorecard").json()
    bands = {card["metric"]["key"]: card["band"] for card in told["cards"]}
    is_out = [bands[key] == "out" for key in shown_first]
    assert is_out == sorted(is_out, reverse=True)
    assert set(is_out) == {True, False}
    assert told["headline"] == shown_first


def test_every_metric_has_a_page_in_every_segment_and_its_rows_open(busy: Cast, vera: Client) -> None:
    with workspace_scope(busy.acme):
        board = queries.board_of(busy.acme, MONDAY_10)
        metrics = {metric.key: board.segments(metric) for metric in board.measurable}
    for key, segments in metrics.items():
        for segment in segments:
            page = vera.get(f"/w/acme/scorecard/{key}/?period=90d&by={segment}")
            assert page.status_code == 200, key
            for each in page.context["found"].slices[:2]:
                asked = {"period": "90d", "segment": segment, "value": each.value}
                assert vera.get(f"/w/acme/scorecard/{key}/", asked).status_code == 200
                rows = vera.get(f"/w/acme/scorecard/{key}/rows/", asked)
                assert rows.status_code == 200
                is_only_open = each.figure.denominator == 0
                assert is_only_open or rows.context["found"].total > 0, (key, asked, each)
        for part in vera.get(f"/w/acme/scorecard/{key}/?period=90d").context["parts"]:
            assert vera.get(f"/w/acme/scorecard/{key}/rows/?period=90d&part={part[0]}").status_code == 200


def test_the_scorecard_can_be_split_and_narrowed(vera: Client) -> None:
    split = vera.get("/w/acme/scorecard/?period=90d&segment=owner")
    names = [value for value, _ in split.context["found"].matrix]
    assert "Rick" in names
    narrowed = vera.get("/w/acme/scorecard/?period=90d&segment=owner&value=Rick&was=owner")
    assert narrowed.context["asked"].value == "Rick"
    other = vera.get("/w/acme/scorecard/?period=90d&segment=source&value=Rick&was=owner")
    assert other.context["asked"].value == ""


def test_looking_is_noted_once_a_day_and_counted(busy: Cast, vera: Client) -> None:
    for _ in range(3):
        vera.get("/w/acme/scorecard/")
    with workspace_scope(busy.acme):
        (view,) = ScorecardView.objects.all()
        assert (view.member_id, view.day, view.views) == (busy.vera.pk, MONDAY_10.date(), 3)


def test_the_running_week_is_told_apart_by_page_and_api(busy: Cast, vera: Client) -> None:
    path = "w/acme/{}win_rate{}?period=90d&step=week"
    *over, running = vera.get("/api/v1/" + path.format("metrics/", "")).json()["trend"]
    assert (running["period"]["first"], running["is_running"]) == ("2026-03-02", True)
    assert {each["is_running"] for each in over} == {False}
    page = vera.get("/" + path.format("scorecard/", "/"))
    (course,) = page.context["trend"]["series"]
    assert course["settled"] == len(over)
    assert {note.endswith("so far") for note in course["notes"][:-1]} == {False}
    assert course["notes"][-1].endswith("so far")
    assert page.content.decode().count("so far</span>") == (running["figure"]["value"] is not None)


def test_a_cohort_is_not_ripe_until_its_window_is_over(busy: Cast, vera: Client) -> None:
    told = vera.get("/api/v1/w/acme/metrics/leakage_marketing_sales?period=90d&step=week").json()
    window = timedelta(days=told["metric"]["parameters"]["window_days"])
    for each in told["trend"]:
        last = date.fromisoformat(each["period"]["last"])
        assert each["is_ripe"] == (last + window < MONDAY_10.date()), each["period"]
    assert {each["is_ripe"] for each in told["trend"]} == {True, False}
    assert any("not ripe yet" in note for note in _notes(vera, "leakage_marketing_sales"))


def test_a_share_is_told_with_its_sample_and_a_week_without_one_is_a_gap(busy: Cast, vera: Client) -> None:
    trend = vera.get("/api/v1/w/acme/metrics/win_rate?period=year&step=week").json()["trend"]
    assert {each["figure"]["value"] for each in trend if not float(each["figure"]["denominator"])} <= {None}
    for each, note in zip(trend, _notes(vera, "win_rate", "year"), strict=True):
        numerator, denominator = (round(float(each["figure"][part])) for part in ("numerator", "denominator"))
        said = [f"{numerator} of {denominator}"] * bool(denominator) + ["so far"] * each["is_running"]
        assert note == ", ".join(said)


def _notes(vera: Client, key: str, period: str = "90d") -> list[str]:
    """What the hover of a metric's page says beside each point."""
    page = vera.get(f"/w/acme/scorecard/{key}/?period={period}&step=week")
    notes: list[str] = page.context["trend"]["series"][0]["notes"]
    return notes


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("period=never", "period"),
        ("from=2026-03-02&to=2026-03-01", "from"),
        ("from=yesterday", "from"),
        ("from=0001-01-01&to=9999-12-31", "from"),
        ("from=1930-01-01&to=2020-01-01&step=day", "step"),
        ("by=shoe_size", "segment"),
        ("step=hour", "step"),
        ("segment=source&value=%00", "value"),
    ],
)
def test_a_question_of_the_wrong_shape_is_refused_by_name(newcomer: Client, query: str, field: str) -> None:
    answer = newcomer.get(f"/api/v1/w/acme/metrics/win_rate?{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert newcomer.get(f"/w/acme/scorecard/win_rate/?{query}").status_code == 422


@pytest.mark.parametrize("query", ["from=1900-01-01&to=1900-01-02", "from=2199-12-30&to=2199-12-31", "period=all"])
def test_the_edges_of_the_calendar_are_empty_and_no_error(vera: Client, query: str) -> None:
    for page in ("scorecard/", "scorecard/win_rate/", "scorecard/velocity/", "scorecard/win_rate/rows/", "funnel/"):
        assert vera.get(f"/w/acme/{page}?{query}").status_code == 200, page


def test_an_unknown_metric_seam_or_step_is_not_found(newcomer: Client) -> None:
    for page in ("scorecard/nothing/", "scorecard/nothing.csv", "scorecard/nothing/rows/", "funnel/steps/nothing/"):
        assert newcomer.get(f"/w/acme/{page}").status_code == 404, page
    assert newcomer.get("/api/v1/w/acme/metrics/nothing").json()["code"] == "not_found"
    assert newcomer.get("/w/acme/funnel/seams/nothing/").status_code == 404


def test_a_new_workspace_has_a_scorecard_and_a_funnel_that_say_what_to_do(cast: Cast, client: Client) -> None:
    client.force_login(cast.otto.user)
    assert b"Nothing to count in this period" in client.get("/w/globex/scorecard/").content
    assert b"Nobody travelled in this period" in client.get("/w/globex/funnel/").content


def test_the_number_of_queries_does_not_grow_with_what_there_is_to_count(busy: Cast, vera: Client) -> None:
    with statements() as quiet:
        vera.get("/api/v1/w/acme/scorecard?period=90d")
    with workspace_scope(busy.acme):
        Life(busy, 22, number=10_000).go_on(60)
        fold(busy.acme, MONDAY_10)
    with statements() as again:
        vera.get("/api/v1/w/acme/scorecard?period=90d")
    assert len(again) <= len(quiet) <= 16


def test_the_api_tells_the_ages_that_the_page_shows(busy: Cast, vera: Client) -> None:
    told = vera.get("/api/v1/w/acme/metrics/stage_aging").json()["ages"]
    with workspace_scope(busy.acme):
        board = queries.board_of(busy.acme, MONDAY_10)
        shown_ages = queries.ages_by_stage(board, board.metric("stage_aging"), board.period("90d"))
        here = Record.objects.filter(stage__pipeline__key="sales", stage__category="open").count()
    assert [(each["stage"], each["open"], each["late"]) for each in told] == [
        (each.stage.path, each.open_count, each.late_count) for each in shown_ages
    ]
    assert sum(each["open"] for each in told) == here > 0
    assert all(Decimal(each["median_days"]) <= Decimal(each["p90_days"]) for each in told if each["open"])
    assert vera.get("/api/v1/w/acme/metrics/win_rate").json()["ages"] == []
