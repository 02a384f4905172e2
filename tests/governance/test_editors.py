"""Each part of the blueprint is edited through its form: the draft then holds exactly that change."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from blueprint.paths import get
from core.tenancy.scope import workspace_scope
from governance.queries.published import document_of
from tests.cast import Cast
from tests.governance.editing import edited
from tests.governance.test_api import Caller
from tests.governance.test_pages import door, new_change

pytestmark = pytest.mark.django_db


CHANGED = [
    ("threshold", "", {"threshold": "45"}, "scoring/threshold", 45),
    ("seam", "marketing_to_sales", {"answer_minutes": "90"}, "seams/marketing_to_sales/answer_minutes", 90),
    ("seam", "marketing_to_sales", {"owner": "mona@acme.example"},
     "seams/marketing_to_sales/owner", "mona@acme.example"),
    ("seam", "sales_to_success", {"trigger": "sales/negotiation"},
     "seams/sales_to_success/trigger", "sales/negotiation"),
    ("seam", "success_to_sales", {"on_accept-advance": "proposal"},
     "seams/success_to_sales/on_accept", {"advance": "proposal"}),
    ("stage", "sales/proposal", {"team": "marketing"}, "pipelines/sales/stages/proposal/team", "marketing"),
    ("stage", "sales/proposal", {"category": "won"}, "pipelines/sales/stages/proposal/category", "won"),
    ("stage", "sales/proposal", {"forecast": "commit"}, "pipelines/sales/stages/proposal/forecast", "commit"),
    ("stage", "sales/proposal", {"probability": "62.5"}, "pipelines/sales/stages/proposal/probability", 0.625),
    ("stage", "sales/proposal", {"moves_to": ["negotiation"]},
     "pipelines/sales/stages/proposal/moves_to", ["negotiation"]),
    ("pipeline", "sales", {"label": "New business"}, "pipelines/sales/label", "New business"),
    ("pipeline", "sales", {"stages-0-label": "First talk"}, "pipelines/sales/stages/discovery/label", "First talk"),
    ("pipeline", "sales", {"moves-closed_won": ["discovery"]},
     "pipelines/sales/stages/closed_won/moves_to", ["discovery"]),
    ("property", "phone", {"source_rule": "always"}, "properties/phone/source_rule", "always"),
    ("property", "phone", {"type": "integer"}, "properties/phone/type", "integer"),
    ("property", "health", {"options": "Good\r\n Bad \r\n\r\nGood"}, "properties/health/options", ["Good", "Bad"]),
    ("reason", "reject/junk", {"disposition": "recycle"}, "reason_codes/junk.reject/disposition", "recycle"),
    ("reason", "loss/price", {"needs_note": "on"}, "reason_codes/price.loss/needs_note", True),
    ("pool", "sales", {"region": "EMEA"}, "pools/sales/region", "EMEA"),
    ("team_regions", "", {"team_regions-TOTAL_FORMS": "1", "team_regions-0-team": "sales",
                          "team_regions-0-region": "EMEA", "team_regions-0-ORDER": "1"},
     "team_regions/sales", {"team": "sales", "region": "EMEA"}),
    ("team_seats", "", {"team_seats-TOTAL_FORMS": "1", "team_seats-0-team": "sales", "team_seats-0-cap": "7",
                        "team_seats-0-member": "rick@acme.example", "team_seats-0-weight": "3",
                        "team_seats-0-ORDER": "1"},
     "team_seats/sales.rick@acme.example", {"team": "sales", "member": "rick@acme.example", "weight": 3, "cap": 7}),
    ("calendar", "office", {"time_zone": "Asia/Tokyo"}, "calendars/office/time_zone", "Asia/Tokyo"),
    ("metric", "win_rate", {"target": "0.3"}, "metrics/win_rate/target", 0.3),
    ("metric", "win_rate", {"segments": ["source", "country"]}, "metrics/win_rate/segments", ["source", "country"]),
    ("metric", "win_rate", {"filter": "amount > 0", "filter.mode": "text"}, "metrics/win_rate/filter", "amount > 0"),
    ("metric", "win_rate", {"direction": "down"}, "metrics/win_rate/direction", "down"),
    ("reporting", "", {"currency": "JPY"}, "reporting/currency", "JPY"),
    ("reporting", "", {"marketing_sources": "Web\r\nAds"}, "reporting/marketing_sources", ["Web", "Ads"]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "of", "typed", "path", "after"), CHANGED, ids=[case[3] for case in CHANGED])
def test_a_field_is_one_edit(cast: Cast, what: str, of: str, typed: dict[str, Any], path: str, after: object) -> None:
    assert edited(cast, what, of, typed) == {path: after}
    page = door(cast.ada).get("/w/acme/changes/2/").content.decode()
    (again,) = re.findall(r'href="(/w/acme/changes/2/edit/[^"]+)"[^>]*aria-label="Edit', page)
    assert door(cast.ada).get(html.unescape(again)).status_code == 200


ADDED = [
    ("property", "+", {"label": "Tech stack", "type": "choice", "options": "A\nB"}, "properties/tech_stack",
     {"key": "tech_stack", "label": "Tech stack", "type": "choice", "options": ["A", "B"]}),
    ("property", "+", {"label": "Needs", "type": "choices", "options": "A\nB"}, "properties/needs",
     {"key": "needs", "label": "Needs", "type": "choices", "options": ["A", "B"]}),
    ("reason", "+", {"purpose": "loss", "label": "Merged", "key": "merger"}, "reason_codes/merger.loss",
     {"key": "merger", "label": "Merged", "purpose": "loss"}),
    ("pool", "+", {"label": "DACH", "function": "sales", "region": "DACH"}, "pools/dach",
     {"key": "dach", "label": "DACH", "function": "sales", "region": "DACH"}),
    ("territory", "+", {"label": "DACH", "function": "sales", "expression": "employees > 10", "expression.mode": "text",
                        "members": ["rick@acme.example"], "starts_on": "2026-04-01"}, "territories/dach",
     {"key": "dach", "label": "DACH", "function": "sales", "expression": "employees > 10",
      "members": ["rick@acme.example"], "starts_on": "2026-04-01"}),
    ("calendar", "+", {"label": "Night", "weekly-mon": "18:00-22:00, 22:30-23:30", "weekly-fri": ""}, "calendars/night",
     {"key": "night", "label": "Night", "time_zone": "workspace",
      "weekly": {"mon": ["18:00-22:00", "22:30-23:30"], "fri": [],
                 **{day: ["09:00-17:00"] for day in ("tue", "wed", "thu")}}}),
    ("stage", "renewal/+", {"label": "Paused", "team": "customer_success", "moves_to": ["days_30"]},
     "pipelines/renewal/stages/paused",
     {"key": "paused", "label": "Paused", "team": "customer_success", "moves_to": ["days_30"]}),
    ("metric", "+", {"label": "Renewals", "kind": "conversion", "parameters-from": "renewal",
                     "parameters-to": "renewal/renewed"},
     "metrics/renewals",
     {"key": "renewals", "label": "Renewals", "kind": "conversion", "unit": "ratio",
      "parameters": {"from": "renewal", "to": "renewal/renewed"}}),
    ("metric", "+", {"label": "Late calls", "kind": "share", "parameters-dated": "tasks.due_at",
                     "parameters-where": "task_kind == 'call'", "parameters-that": "task_is_late"},
     "metrics/late_calls",
     {"key": "late_calls", "label": "Late calls", "kind": "share", "unit": "ratio",
      "parameters": {"dated": "tasks.due_at", "where": "task_kind == 'call'", "that": "task_is_late"}}),
    ("metric", "+", {"label": "Days in proposal", "kind": "elapsed", "unit": "days",
                     "parameters-stages": "sales/proposal", "parameters-from": "stays.entered_at",
                     "parameters-to": "stays.exited_at", "parameters-told": "p90"},
     "metrics/days_in_proposal",
     {"key": "days_in_proposal", "label": "Days in proposal", "kind": "elapsed", "unit": "days",
      "parameters": {"stages": "sales/proposal", "from": "stays.entered_at", "to": "stays.exited_at", "told": "p90"}}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "of", "typed", "path", "after"), ADDED, ids=[case[0] for case in ADDED])
def test_a_new_one_is_one_edit(cast: Cast, what: str, of: str, typed: dict[str, Any], path: str, after: object) -> None:
    assert edited(cast, what, of, typed) == {path: after}


PATHS: dict[str, Any] = {
    "scoring": lambda of: ["scoring"],
    "threshold": lambda of: ["scoring"],
    "stage": lambda of: ["pipelines", {"key": of.split("/")[0]}, "stages", {"key": of.split("/")[1]}],
    "reason": lambda of: ["reason_codes", {"purpose": of.split("/")[0], "key": of.split("/")[1]}],
    "pool": lambda of: ["pools", {"key": of}],
    "property": lambda of: ["properties", {"key": of}],
    "calendar": lambda of: ["calendars", {"key": of}],
    "metric": lambda of: ["metrics", {"key": of}],
    "seam": lambda of: ["seams", {"key": of}],
    "routing": lambda of: ["seams", {"key": of}],
    "pipeline": lambda of: ["pipelines", {"key": of}],
}


@pytest.mark.parametrize(
    ("what", "of", "inside", "after", "field"),
    [
        ("threshold", "", ["threshold"], 99999, "scoring/threshold"),
        ("threshold", "", ["bands"], [{"label": "", "from": 0}], "label"),
        ("stage", "sales/proposal", ["team"], "A kitchen", "pipelines/sales/stages/proposal/team"),
        ("stage", "sales/proposal", ["entry"], [{"label": "A"}], "expression"),
        ("pipeline", "sales", ["record_kind"], "cow", "pipelines/sales/record_kind"),
        ("property", "phone", ["source_rule"], "who_knows", "properties/phone/source_rule"),
        ("pool", "sales", ["function"], "A kitchen", "pools/sales/function"),
        ("reason", "reject/junk", ["disposition"], "burn", "reason_codes/reject.junk/disposition"),
        ("calendar", "office", ["weekly"], {"mon": ["9-5"]}, "calendars/office/weekly/mon/1"),
        ("calendar", "office", ["holidays"], [{"date": "2027-02-30"}], "date"),
        ("seam", "marketing_to_sales", ["packet"], [{"key": "A B", "label": "x"}], "key"),
        ("seam", "marketing_to_sales", ["first_touch"], {"kinds": ["smoke"]}, "first_touch/kinds/1"),
        (
            "routing",
            "marketing_to_sales",
            ["routing"],
            [{"label": "x", "expression": "true", "target": "cat"}],
            "target",
        ),
        ("metric", "win_rate", ["parameters"], {"pipeline": None}, "metrics/win_rate/parameters/pipeline"),
        ("metric", "win_rate", ["segments"], ["Not A Key"], "metrics/win_rate/segments/1"),
    ],
)
def test_the_api_takes_the_same_edit_and_names_the_field(
    cast: Cast, what: str, of: str, inside: list[str], after: object, field: str
) -> None:
    change, ada = new_change(cast), Caller(cast.ada)
    path = [*PATHS[what](of), *inside]
    with workspace_scope(cast.acme):
        now = get(document_of(1), path)
    edits = f"changes/{change.number}/edits"
    if now is not None:
        assert ada.post(edits, {"edits": [{"path": path, "after": now}]}).status_code == 200
    refused = ada.post(edits, {"edits": [{"path": path, "after": after}]})
    assert refused.status_code == 422 and field in refused.json()["field"], refused.json()
