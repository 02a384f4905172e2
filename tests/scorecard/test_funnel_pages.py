"""The funnel draws the journey, and opens its steps and seams."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blueprint.schema import MetricTerms
from core.tenancy.numbers import take_numbers
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff, Seam
from lifecycle.models import Record, StageStay
from scorecard import sets
from scorecard.actions import fold
from scorecard.queries.boards import board_of
from scorecard.queries.seam_lines import SeamLines
from scorecard.rules.days import Days
from scorecard.rules.funnel_cohorts import COHORTS
from tests.cast import MONDAY_10, Cast
from tests.core.test_sql_plans import nodes
from tests.handoffs.factories import make_records, offer_records
from tests.scorecard.journeys import shown_journeys, true_journeys
from tests.scorecard.life import Life

pytestmark = pytest.mark.django_db
FILTERS = [
    [("source", "Web")],
    [("team", "Sales")],
    [("region", "North")],
    [("source", "Event"), ("owner", "Rick")],
    [("source", "(none)"), ("team", "Marketing"), ("region", "South")],
]


def test_the_funnel_draws_the_seams_between_the_bands_and_back_to_marketing(vera: Client) -> None:
    told = vera.get("/api/v1/w/acme/funnel?period=90d").json()
    sides = ["marketing", *["sales", "customer_success"] * 3, "marketing"]
    assert [band["function"] for band in told["bands"]] == sides
    assert [band["seam"]["key"] for band in told["bands"] if band["seam"]] == [
        "marketing_to_sales",
        "sales_to_success",
        "success_to_sales",
        "renewal_to_sales",
        "success_to_marketing",
    ]
    steps = [step["key"] for band in told["bands"] for step in band["steps"]]
    assert steps[:3] == ["subscriber", "lead", "mql"]
    assert "renewal.renewed" in steps
    assert steps[-2:] == ["expansion.won", "advocate"]
    assert vera.get("/w/acme/funnel/?period=90d").status_code == 200


def test_a_step_opens_its_journeys_and_a_seam_its_breaches(busy: Cast, vera: Client) -> None:
    told = vera.get("/api/v1/w/acme/funnel?period=90d").json()
    opened = 0
    for band in told["bands"]:
        for step in band["steps"]:
            page = vera.get(f"/w/acme/funnel/steps/{step['key']}/?period=90d&limit=200")
            assert len(page.context["found"].rows) == step["count"]
            opened += step["count"]
        if band["seam"]:
            key = band["seam"]["key"]
            seam = vera.get(f"/api/v1/w/acme/funnel/seams/{key}?period=90d").json()
            assert seam["seam"] == band["seam"]
            assert len(seam["breaches"]) == band["seam"]["open_breaches"]
            assert sum(reason["count"] for reason in seam["reasons"]) == band["seam"]["rejected"]
            assert vera.get(f"/w/acme/funnel/seams/{key}/?period=90d").status_code == 200
    assert opened > 10
    for days in ("30d", "90d"):
        loss = vera.get(f"/api/v1/w/acme/funnel?period={days}").json()["loss"]
        for cause in loss["causes"]:
            rows = vera.get(f"/api/v1/w/acme/funnel/steps/{loss['before']}?period={days}&part={cause['part']}").json()
            assert rows["total"] == cause["count"] > 0
    others_of_a_journey_are_found_by_its_root(busy, vera)


def others_of_a_journey_are_found_by_its_root(busy: Cast, vera: Client) -> None:
    """By a condition that row security does not trust, all journeys are read for each: a minute for those of a day."""
    with CaptureQueriesContext(connection) as captured:
        assert vera.get("/api/v1/w/acme/funnel/steps/mql?period=90d").json()["rows"]
    [text] = [each["sql"] for each in captured if "f.root_id = root.id" in each["sql"]]
    with workspace_scope(busy.acme), connection.cursor() as cursor:
        cursor.execute(
            "insert into lifecycle_record select grown.* from lifecycle_record r, generate_series(1, 3000) i,"
            " jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'number', 90000 + i, 'email', '',"
            " 'root_id', r.id, 'origin_id', r.id)) grown where r.number = (select min(number) from lifecycle_record)"
        )
        cursor.execute("select public.refresh_statistics()")
        cursor.execute(f"explain (format json) {text}")
        [[[plan]]] = cursor.fetchall()
    found = [node["Index Cond"] for node in nodes(plan["Plan"]) if node.get("Index Name") == "record_of_journey"]
    assert found and all("root_id" in condition for condition in found)


def test_the_funnel_says_how_far_they_came_what_they_are_worth_and_where_most_is_lost(vera: Client) -> None:
    told = vera.get("/api/v1/w/acme/funnel?period=90d&cohort=began&by=source").json()
    whole = [step for band in told["bands"] for step in band["steps"]]
    rows = {step["key"]: api_rows(vera, step["key"], "cohort=began") for step in whole}
    for part in told["split"]:
        counts = [step["count"] for step in part["steps"]]
        assert counts == sorted(counts, reverse=True)  # who came further came this far as well
    assert {step["key"]: step["count"] for step in whole} == {key: len(found) for key, found in rows.items()}
    worth = {key: sum(Decimal(row["amount"] or 0) for row in found) for key, found in rows.items()}
    assert {step["key"]: Decimal(step["worth"]) for step in whole} == worth
    for part in told["split"][:2]:
        for step in part["steps"][:4]:
            found = api_rows(vera, step["key"], f"cohort=began&segment=source&value={part['value']}")
            assert len(found) == step["count"]
    loss = told["loss"]
    left = api_rows(vera, loss["before"], "cohort=began&part=left")
    assert len(left) == loss["lost"] > 0
    page = vera.get("/w/acme/funnel/?period=90d&cohort=began&by=source").content.decode()
    assert f"{loss['lost']} came no further" in page and "By source" in page
    file = vera.get("/w/acme/funnel.csv?period=90d&cohort=began&by=source").content.decode().splitlines()
    seams = sum(band["seam"] is not None for band in told["bands"])
    assert len(file) == 1 + len(whole) * (1 + len(told["split"])) + seams
    for wrong, field in (("cohort=old", "cohort"), ("by=moon", "by")):
        refused = vera.get(f"/api/v1/w/acme/funnel?{wrong}")
        assert (refused.status_code, refused.json()["field"]) == (422, field)


def test_filters_keep_what_the_rows_say_and_every_number_opens_its_rows(vera: Client, busy: Cast) -> None:
    with workspace_scope(busy.acme):
        board = board_of(busy.acme, MONDAY_10)
        period = board.period("90d")
        for filters in FILTERS:
            narrowed = board.narrowed(*filters)
            assert shown_journeys(narrowed, period) == true_journeys(board, period, dict(filters))
            for line in SeamLines(narrowed, period).all():
                rate = metric_of("acceptance", line.seam.key)
                sums = sets.folded(narrowed.question(rate, Days.between(period.first, period.last)), ("",)).rows()
                answered = sum(row[3] for row in sums), sum(row[4] for row in sums)
                assert (line.accepted, line.accepted + line.rejected) == answered, (filters, line.seam.key)
    asked = "period=90d&segment=source&value=Web&segment2=region&value2=North"
    counted, offered = 0, []
    for cohort in COHORTS:
        told = vera.get(f"/api/v1/w/acme/funnel?{asked}&cohort={cohort}&by=owner").json()
        whole = [step for band in told["bands"] for step in band["steps"]]
        parts = [("", whole, told["loss"]), *((each["value"], each["steps"], each["loss"]) for each in told["split"])]
        for value, steps, loss in parts:
            narrowed = f"{asked}&cohort={cohort}" + (f"&segment3=owner&value3={value}" if value else "")
            wanted = [(step["key"], "", step["count"]) for step in steps[:5]]
            wanted += [(loss["before"], cause["part"], cause["count"]) for cause in loss["causes"]] if loss else []
            wanted += [(loss["before"], "left", loss["lost"])] if loss and cohort == "began" else []
            for key, part, count in wanted:
                found = vera.get(f"/api/v1/w/acme/funnel/steps/{key}?{narrowed}&part={part}").json()
                assert (found["total"], len(found["rows"])) == (count, count), (narrowed, key, part)
                counted += count * bool(part)
        lines = list(csv.DictReader(StringIO(vera.get(f"/w/acme/funnel.csv?{asked}&cohort={cohort}").content.decode())))
        assert [line["journeys"] for line in lines if line["step"]] == [str(step["count"]) for step in whole]
        seams = {line["seam_key"]: line for line in lines if not line["step"]}
        for seam in (band["seam"] for band in told["bands"] if band["seam"]):
            alone = vera.get(f"/api/v1/w/acme/funnel/seams/{seam['key']}?{asked}").json()
            assert alone["seam"] == seam and len(alone["breaches"]) == seam["open_breaches"]
            assert sum(reason["count"] for reason in alone["reasons"]) == seam["rejected"]
            assert seams[seam["key"]]["seam_offered"] == str(seam["offered"])
            offered.append(seam["offered"])
            page = vera.get(f"/w/acme/funnel/seams/{seam['key']}/?{asked}").content.decode()
            assert f"{seam['accepted']} accepted of {seam['offered']}" in page and "Take away Region: North" in page
        key = whole[0]["key"]
        file = vera.get(f"/w/acme/funnel/steps/{key}/journeys.csv?{asked}&cohort={cohort}").getvalue().decode()
        assert len(file.splitlines()) == 1 + whole[0]["count"]
    whole = [
        band["seam"]["offered"] for band in vera.get("/api/v1/w/acme/funnel?period=90d").json()["bands"] if band["seam"]
    ]
    assert counted > 3 and 0 < sum(offered) < 2 * sum(whole)


def test_filters_of_the_funnel_are_chips_and_more_than_can_be_counted_is_said(vera: Client, settings: Any) -> None:
    chosen = vera.get("/w/acme/funnel/?period=90d&by=owner&segment2=source&value2=Web&narrow=region&narrow_value=North")
    assert chosen["Location"] == "?period=90d&segment2=source&value2=Web&segment3=region&value3=North&by=owner"
    page = vera.get(f"/w/acme/funnel/{chosen['Location']}")
    assert (
        "Take away Region: North" in page.content.decode()
        and "of the\n    record that was offered" in page.content.decode()
    )
    assert b"by all that is known now" not in re.sub(rb"\s+", b" ", page.content)
    known = vera.get("/w/acme/funnel/?period=90d&known_on=2026-02-20")
    assert b"by all that is known now" in re.sub(rb"\s+", b" ", known.content)
    form = vera.get(f"/w/acme/boards/new/?{page.context['query_board']}").context["form"]
    assert (form["segment3"].value(), form["value3"].value()) == ("region", "North")
    refused = vera.get("/api/v1/w/acme/funnel?segment=moon&value=1")
    assert (refused.status_code, refused.json()["field"]) == (422, "segment")
    settings.SCORECARD_MOST_LIVE = 1
    told = vera.get(f"/api/v1/w/acme/funnel{chosen['Location']}").json()
    assert (
        "Choose a shorter period" in told["failing"]
        and b"Not counted" in vera.get(f"/w/acme/funnel/{chosen['Location']}").content
    )
    rows = vera.get(f"/api/v1/w/acme/funnel/steps/lead{chosen['Location'].replace('&by=owner', '')}")
    assert (rows.status_code, rows.json()["code"]) == (422, "too_much")
    seam = vera.get(f"/api/v1/w/acme/funnel/seams/marketing_to_sales{chosen['Location'].replace('&by=owner', '')}")
    assert (seam.status_code, seam.json()["code"], "Too many handoffs" in told["seams_failing"]) == (
        422,
        "too_much",
        True,
    )
    assert not vera.get("/api/v1/w/acme/funnel?period=90d&segment=source&value=Web").json()["failing"]
    assert not vera.get("/api/v1/w/acme/funnel?period=90d").json()["seams_failing"]


def metric_of(kind: str, seam: str) -> MetricTerms:
    asked = {"key": kind, "label": kind, "kind": kind, "unit": "ratio", "parameters": {"seam": seam}}
    return MetricTerms.model_validate(asked)


def api_rows(vera: Client, key: str, query: str) -> list[dict[str, Any]]:
    """All journeys behind a step, read in small pages."""
    found: list[dict[str, Any]] = []
    for page in range(1, 100):
        told = vera.get(f"/api/v1/w/acme/funnel/steps/{key}?period=90d&limit=20&page={page}&{query}").json()
        found += told["rows"]
        if len(found) >= told["total"]:
            return found
    raise AssertionError("the pages have no end")


def test_a_journey_counts_once_though_its_lead_and_its_deal_both_enter(cast: Cast, client: Client) -> None:
    with time_machine.travel(MONDAY_10, tick=False):
        with workspace_scope(cast.acme):
            life = Life(cast, 1)
            lead, deal = life.record("lead"), life.record("opportunity")
            Record.objects.filter(pk=deal.pk).update(origin=lead)
            opportunity = life.lifecycle.stages_by_path["lifecycle/opportunity"].id
            life.stay(lead, opportunity, MONDAY_10, StageStay.objects.get(record=lead))
        client.force_login(cast.vera.user)
        told = client.get("/api/v1/w/acme/funnel?period=90d").json()
    counts = {step["key"]: step["count"] for band in told["bands"] for step in band["steps"]}
    assert (counts["subscriber"], counts["opportunity"]) == (1, 1)


def test_a_seam_without_an_active_owner_is_an_error_on_the_funnel(busy: Cast, vera: Client) -> None:
    assert b"has no owner" not in vera.get("/w/acme/funnel/").content
    with workspace_scope(busy.acme):
        type(busy.ada).objects.filter(pk=busy.ada.pk).update(is_active=False)
        assert Seam.objects.count() == 5
    page = vera.get("/w/acme/funnel/").content
    assert page.count(b"has no owner") == 5
    told = vera.get("/api/v1/w/acme/funnel").json()
    assert [band["seam"]["owner"] for band in told["bands"] if band["seam"]] == [""] * 5


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
