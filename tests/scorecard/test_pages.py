"""The pages show the numbers, everywhere the same, and open their rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.test import Client

from core.figures import shown
from core.tenancy.numbers import take_numbers
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff, Seam
from lifecycle.models import Record, StageStay
from scorecard import queries
from scorecard.actions import fold
from scorecard.exports import cell
from scorecard.models import ScorecardView
from tests.cast import MONDAY_10, Cast
from tests.counting import statements
from tests.handoffs.factories import make_records, offer_records
from tests.scorecard.figures import figure_of
from tests.scorecard.life import Life

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def busy(cast: Cast) -> Iterator[Cast]:
    """Acme after two months of everything, seen on Monday at ten."""
    with time_machine.travel(MONDAY_10, tick=False):
        with workspace_scope(cast.acme):
            Life(cast, 21).go_on(120)
            fold(cast.acme, MONDAY_10)
        yield cast


@pytest.fixture
def vera(busy: Cast, client: Client) -> Client:
    client.force_login(busy.vera.user, backend=BACKEND)
    return client


@pytest.fixture
def newcomer(cast: Cast, client: Client) -> Iterator[Client]:
    """Vera's browser in a company where nothing has happened yet."""
    with time_machine.travel(MONDAY_10, tick=False):
        client.force_login(cast.vera.user, backend=BACKEND)
        yield client


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
    client.force_login(cast.otto.user, backend=BACKEND)
    assert b"Nothing to count in this period" in client.get("/w/globex/scorecard/").content
    assert b"Nobody travelled in this period" in client.get("/w/globex/funnel/").content


def test_the_number_of_queries_does_not_grow_with_what_there_is_to_count(busy: Cast, vera: Client) -> None:
    with statements() as quiet:
        vera.get("/api/v1/w/acme/scorecard?period=90d")
    with time_machine.travel(MONDAY_10, tick=False), workspace_scope(busy.acme):
        Life(busy, 22).record  # noqa: B018 # a life begins
        fold(busy.acme, MONDAY_10)
    with statements() as again:
        vera.get("/api/v1/w/acme/scorecard?period=90d")
    assert len(again) <= len(quiet) <= 16


# --- the funnel -----------------------------------------------------------------------------------------------------


def test_the_funnel_draws_three_seams_between_four_bands(vera: Client) -> None:
    told = vera.get("/api/v1/w/acme/funnel?period=90d").json()
    assert [band["function"] for band in told["bands"]] == ["marketing", "sales", "customer_success", "sales"]
    assert [band["seam"]["key"] for band in told["bands"] if band["seam"]] == [
        "marketing_to_sales",
        "sales_to_success",
        "success_to_sales",
    ]
    steps = [step["key"] for band in told["bands"] for step in band["steps"]]
    assert steps[:3] == ["subscriber", "lead", "mql"]
    assert "renewal.renewed" in steps
    assert steps[-1] == "expansion.won"
    assert vera.get("/w/acme/funnel/?period=90d").status_code == 200


def test_a_step_opens_its_journeys_and_a_seam_its_breaches(busy: Cast, vera: Client) -> None:
    told = vera.get("/api/v1/w/acme/funnel?period=90d").json()
    opened = 0
    for band in told["bands"]:
        for step in band["steps"]:
            page = vera.get(f"/w/acme/funnel/steps/{step['key']}/?period=90d&limit=200")
            assert len(page.context["rows"]) == step["count"]
            opened += step["count"]
        if band["seam"]:
            key = band["seam"]["key"]
            seam = vera.get(f"/api/v1/w/acme/funnel/seams/{key}?period=90d").json()
            assert seam["seam"] == band["seam"]
            assert len(seam["breaches"]) == band["seam"]["open_breaches"]
            assert sum(reason["count"] for reason in seam["reasons"]) == band["seam"]["rejected"]
            assert vera.get(f"/w/acme/funnel/seams/{key}/?period=90d").status_code == 200
    assert opened > 10


def test_a_journey_counts_once_though_its_lead_and_its_deal_both_enter(cast: Cast, client: Client) -> None:
    with time_machine.travel(MONDAY_10, tick=False):
        with workspace_scope(cast.acme):
            life = Life(cast, 1)
            lead, deal = life.record("lead"), life.record("opportunity")
            Record.objects.filter(pk=deal.pk).update(origin=lead)
            opportunity = life.lifecycle.stages_by_path["lifecycle/opportunity"].id
            life.stay(lead, opportunity, MONDAY_10, StageStay.objects.get(record=lead))
        client.force_login(cast.vera.user, backend=BACKEND)
        told = client.get("/api/v1/w/acme/funnel?period=90d").json()
    counts = {step["key"]: step["count"] for band in told["bands"] for step in band["steps"]}
    assert (counts["subscriber"], counts["opportunity"]) == (1, 1)


def test_a_seam_without_an_active_owner_is_an_error_on_the_funnel(busy: Cast, vera: Client) -> None:
    assert b"has no owner" not in vera.get("/w/acme/funnel/").content
    with workspace_scope(busy.acme):
        type(busy.ada).objects.filter(pk=busy.ada.pk).update(is_active=False)
        assert Seam.objects.count() == 3
    page = vera.get("/w/acme/funnel/").content
    assert page.count(b"has no owner") == 3
    told = vera.get("/api/v1/w/acme/funnel").json()
    assert [band["seam"]["owner"] for band in told["bands"] if band["seam"]] == ["", "", ""]


def test_the_leakiest_seam_is_the_one_that_lost_most(busy: Cast, vera: Client) -> None:
    long_ago = MONDAY_10 - timedelta(days=40)
    with workspace_scope(busy.acme):
        for noun in (Record, Handoff):  # that life counted by itself
            take_numbers(noun.__name__.lower(), noun.objects.latest("number").number)
        won = make_records(busy.acme, 60, path="sales/closed_won", at=long_ago)
        offer_records(busy.acme, won, seam_key="sales_to_success", at=long_ago)  # and nobody ever answers
        fold(busy.acme, MONDAY_10)
    told = vera.get("/api/v1/w/acme/funnel?period=90d").json()
    assert [band["seam"]["key"] for band in told["bands"] if band["seam"] and band["seam"]["is_leakiest"]] == [
        "sales_to_success"
    ]
    assert b"The leakiest seam is" in vera.get("/w/acme/funnel/?period=90d").content


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1", "＋1", "－1", "＠x", "  =1", "\u3000＝1", "\u00a0@x"],
)
def test_a_file_never_holds_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_numbers_and_plain_text_are_left_as_they_are() -> None:
    assert [cell(value) for value in (Decimal("-5.10"), -3, None, "a=b", "")] == ["-5.1", "-3", "", "a=b", ""]


def test_rows_come_as_a_file_with_names_made_safe(busy: Cast, vera: Client) -> None:
    with workspace_scope(busy.acme):
        Record.objects.update(name="=cmd()")
    file = vera.get("/w/acme/scorecard/win_rate/rows.csv?period=90d").content.decode()
    rows = list(csv.DictReader(StringIO(file)))
    page = vera.get("/w/acme/scorecard/win_rate/rows/?period=90d")
    assert len(rows) == page.context["found"].total > 0
    assert {row["name"] for row in rows} == {"'=cmd()"}


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
