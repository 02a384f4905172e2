"""Metrics made of other metrics: exact, unknown where a part is, never of themselves, and open to the rows of parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from blueprint.documents import blueprint_of
from core.tenancy.scope import workspace_scope
from scorecard import queries
from scorecard.actions import fold
from scorecard.actions.folding import FAILED
from scorecard.kinds import KINDS
from scorecard.kinds.faults import faults_of
from scorecard.models import ReadingSeries
from scorecard.rules.totals import NO_FIGURE, Ingredient
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.handoffs.factories import make_records

pytestmark = pytest.mark.django_db


def metric(key: str, kind: str, unit: str, segments: tuple[str, ...] = ("source",), **parameters: Any) -> Any:
    said = {"key": key, "label": key.capitalize(), "kind": kind, "unit": unit, "segments": list(segments)}
    return (["metrics", {"key": key}], {**said, "parameters": parameters, "owner": "dana@acme.example"})


EDITS = [
    metric("leads", "count", "count", dated="records.created_at", where="kind == 'lead'"),
    metric("worth", "sum", "money", dated="records.created_at", amount="records.amount", where="kind == 'opportunity'"),
    metric("per_lead", "formula", "money", expression="worth / leads"),
    metric("web", "share", "ratio", dated="records.created_at", where="kind == 'lead'", that="source == 'Web'"),
    metric("scaled", "formula", "count", expression="web * 1000000"),
    metric("net", "formula", "money", expression="leads > 2 ? per_lead - 0.1 : per_lead"),
    metric("huge", "formula", "money", expression="worth * 100000000000000 * 10000000"),
    metric("beyond", "formula", "money", expression="huge * 1000"),
    metric("brought", "generated", "money", pipeline="sales"),
    metric("reach", "conversion", "ratio", **{"from": "lifecycle/mql", "to": "lifecycle/sql"}),
    metric("reached", "formula", "ratio", expression="reach * 2 + brought"),
]


def test_a_formula_is_exact_in_every_segment_and_opens_the_rows_of_its_parts(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        acme = published(cast, EDITS)
        at = MONDAY_10 - timedelta(days=2)
        for source, count in (("Web", 3), ("Event", 4)):
            make_records(acme, count, source=source, at=at, created_at=at)
        make_records(acme, 1, path="sales/discovery", source="Web", amount=Decimal("10.10"), at=at, created_at=at)
        make_records(acme, 1, path="sales/discovery", source="Fair", amount=Decimal(5), at=at, created_at=at)
        make_records(acme, 1, path="sales/discovery", source="Free", amount=Decimal(0), at=at, created_at=at)
        past = {"at": at - timedelta(days=60), "created_at": at - timedelta(days=60)}
        make_records(acme, 101, path="sales/discovery", source="Vast", amount=Decimal("99999999999999.99"), **past)
        fold(acme, MONDAY_10)
        assert not ReadingSeries.objects.filter(statement=FAILED).exists(), "a day has room for the largest amounts"
        board = queries.board_of(acme, MONDAY_10)
        reach = replace(NO_FIGURE, ingredients=(Ingredient("reach", "", "", replace(NO_FIGURE, p90=Decimal(9))),))
        over_it = replace(NO_FIGURE, ingredients=(Ingredient("reached", "", "", reach),))
        for whole in (reach, over_it):
            wait = KINDS["formula"].ripe_after(board.question(board.metric("reached")), whole)
            assert wait == timedelta(days=9), "as long as that of its parts which takes longest"
    assert cast.vera.user
    client.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(MONDAY_10, tick=False):
        told = client.get("/api/v1/w/acme/metrics/per_lead?period=30d&by=source").json()
        assert told["figure"]["value"] == "2.157143" and told["failing"] is None
        assert told["figure"]["made_from"] == {"worth": "15.100000", "leads": "7.000000"}
        by_source = {part["value"]: part["figure"]["value"] for part in told["slices"]}
        assert by_source == {"Web": "3.366667", "Event": "0.000000", "Fair": None, "Free": None}  # divided by nothing
        assert client.get("/api/v1/w/acme/metrics/net?period=30d").json()["figure"]["value"] == "2.057143"
        scaled = client.get("/api/v1/w/acme/metrics/scaled?period=30d").json()["figure"]
        assert scaled["value"] == "428571.428571"  # 3 of 7 as they are, not as they are shown
        assert scaled["made_from"] == {"web": "0.428571"}
        huge = client.get("/api/v1/w/acme/metrics/huge?period=30d&by=source").json()
        assert huge["figure"]["value"] == "15100000000000000000000.000000"
        assert client.get("/api/v1/w/acme/metrics/beyond?period=30d").json()["figure"]["value"] is None
        brought = client.get("/api/v1/w/acme/metrics/brought?period=30d&by=source&then=currency").json()
        assert {part["value"]: part["figure"]["value"] for part in brought["slices"]}["Free"] == "0.000000"
        assert {row["value"] for row in brought["crossed"]["rows"]} == {"Web", "Fair", "Free"}
        rows = client.get("/api/v1/w/acme/metrics/per_lead/rows?period=30d&part=leads").json()
        assert rows["total"] == 7
        page = client.get("/w/acme/scorecard/per_lead/?period=30d").content.decode()
        assert "part=worth" in page and "<dd>Worth / Leads</dd>" in page
        assert "Worth 15.10 USD, Leads 7" in page
        assert client.get("/w/acme/scorecard/per_lead/rows/?period=30d").status_code == 200
        assert client.get("/w/acme/scorecard/per_lead.csv?period=30d").status_code == 200
        cards = client.get("/api/v1/w/acme/scorecard?period=30d&segment=source").json()
        assert {card["metric"]["key"] for card in cards["cards"] if card["failing"]} == set()


BAD = [
    ("worth / nowhere", "There is no field"),
    ("worth / amount", "“amount” is no metric."),
    ("worth > leads", "This must be a number; it is yes or no."),
    ("1 + 1", "A formula names at least one other metric."),
    ("net * 2", "It would be made of itself: net → net."),
]


@pytest.mark.parametrize(("expression", "said"), BAD, ids=[said for _, said in BAD])
def test_what_is_no_formula_is_refused_with_its_reason(cast: Cast, expression: str, said: str) -> None:
    with workspace_scope(cast.acme):
        blueprint = blueprint_of(published(cast, EDITS))
    changed = blueprint.metrics_by_key["net"].model_copy(update={"parameters": {"expression": expression}})
    others = tuple(changed if each.key == "net" else each for each in blueprint.metrics)
    proposed = blueprint.model_copy(update={"metrics": others})
    proposed.__dict__.pop("metrics_by_key", None)
    found = [str(each) for each in faults_of(changed, proposed)]
    assert len(found) == 1 and said in found[0] and "parameters/expression" in found[0], found
