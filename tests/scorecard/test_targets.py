"""Targets by month, quarter and team: what is expected by today, who is ahead, and where it is seen."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.test import Client

from blueprint.documents import default_document
from blueprint.schema.metrics import TargetTerms
from core.tenancy.scope import workspace_scope
from scorecard.rules.pacing import in_force, pace
from scorecard.rules.periods import Period
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.governance.editing import edited
from tests.governance.test_checks import findings
from tests.handoffs.factories import make_records

FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))


def target(**said: Any) -> TargetTerms:
    return TargetTerms(**{"key": "t", "label": "T", "every": "month", "target": Decimal(280), **said})


@pytest.mark.parametrize(
    ("today", "value", "adds_up", "direction", "expected", "is_ahead"),
    [
        (date(2026, 2, 1), 10, True, "up", 10, True),
        (date(2026, 2, 14), 139, True, "up", 140, False),
        (date(2026, 2, 28), 280, True, "up", 280, True),
        (date(2026, 2, 14), 139, False, "up", 280, False),
        (date(2026, 2, 14), 139, False, "down", 280, True),
        (date(2026, 2, 14), None, True, "up", 140, None),
    ],
)
def test_what_adds_up_is_expected_in_proportion_to_the_days(
    today: date, value: int | None, adds_up: bool, direction: str, expected: int, is_ahead: bool | None
) -> None:
    told = None if value is None else Decimal(value)
    found = pace(target(), FEBRUARY, today, told, adds_up=adds_up, direction=direction)
    assert (found.expected, found.is_ahead) == (Decimal(expected), is_ahead)


def test_the_newest_target_that_has_begun_holds_for_each_team_and_stretch() -> None:
    targets = [
        target(key="a", starts_on=date(2026, 1, 1)),
        target(key="b", starts_on=date(2026, 2, 1)),
        target(key="later", starts_on=date(2026, 3, 1)),
        target(key="team", team="sales"),
        target(key="quarter", every="quarter"),
    ]
    held = {terms.key: period for terms, period in in_force(targets, date(2026, 2, 14))}
    assert set(held) == {"b", "team", "quarter"}
    assert held["b"] == FEBRUARY
    assert held["quarter"] == Period(date(2026, 1, 1), date(2026, 3, 31))


def test_a_teams_target_needs_the_metric_by_team() -> None:
    def aim(document: dict[str, Any]) -> None:
        said = {"key": "north", "label": "North", "every": "month", "target": 1, "team": "sales"}
        document["metrics"][0].update(targets=[said], segments=["source"])

    found = findings(aim)["targets"]
    assert (found.verdict, found.said[0].path) == (
        "failed",
        f"metrics/{default_document()['metrics'][0]['key']}/targets/north/team",
    )


MADE = {
    "key": "made",
    "label": "Made",
    "kind": "count",
    "unit": "count",
    "parameters": {"dated": "records.created_at"},
    "segments": ["team"],
    "targets": [
        {"key": "all", "label": "All, monthly", "every": "month", "target": 310},
        {"key": "sales", "label": "Sales, quarterly", "every": "quarter", "target": 90, "team": "sales"},
    ],
}


@pytest.mark.django_db
def test_the_pace_is_told_on_page_api_and_file(cast: Cast, client: Client) -> None:
    with time_machine.travel(MONDAY_10, tick=False):
        with workspace_scope(cast.acme):
            acme = published(cast, [(["metrics", {"key": "made"}], {**MADE, "owner": cast.ada.email})])
            make_records(acme, 20)
            make_records(acme, 5, owner=cast.rick)
        client.force_login(cast.vera.user, backend="django.contrib.auth.backends.ModelBackend")
        told = client.get("/api/v1/w/acme/metrics/made").json()
        card = next(
            each for each in client.get("/api/v1/w/acme/scorecard").json()["cards"] if each["metric"]["key"] == "made"
        )
        page = client.get("/w/acme/scorecard/made/").content
        lines = csv.DictReader(StringIO(client.get("/w/acme/scorecard.csv").content.decode()))
        file = next(line for line in lines if line["metric"] == "made")
        assert client.get("/w/acme/scorecard/").status_code == 200
    whole, team = told["paces"]
    assert (whole["value"], whole["expected"], whole["is_ahead"]) == ("25.000000", "20.000000", True)
    assert (team["value"], team["expected"], team["is_ahead"]) == ("5.000000", "61.000000", False)
    assert (team["period"]["first"], team["period"]["last"]) == ("2026-01-01", "2026-03-31")
    assert card["pace"] == whole
    assert (file["plan_target"], file["plan_value"], file["plan_expected"]) == ("310", "25", "20")
    assert b"ahead" in page and b"behind" in page and b"Sales, quarterly" in page
    assert whole["team_name"] == "" and (team["team"], team["team_name"]) == ("sales", "Sales")
    assert b"Sales,\n" in page


@pytest.mark.django_db
def test_targets_are_typed_into_the_editor_of_their_metric(cast: Cast) -> None:
    row = {"label": "All, monthly", "every": "month", "target": "0.5", "team": "sales", "starts_on": "2026-04-01"}
    typed = {f"targets-0-{name}": value for name, value in row.items()}
    after = edited(cast, "metric", "mql_to_sql", {"targets-TOTAL_FORMS": "1", **typed})
    (target,) = after["metrics/mql_to_sql/targets"]
    assert target == {"key": "all_monthly", **row, "target": 0.5}
