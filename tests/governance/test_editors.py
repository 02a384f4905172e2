"""Each part of the blueprint is edited through its form: the draft then holds exactly that change."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from blueprint.paths import get
from core.tenancy.scope import workspace_scope
from governance.editors import EDITORS
from governance.models import ChangeRequest
from governance.queries.proposals import edits_of, proposed_by
from governance.queries.published import document_of
from lifecycle.actions.intake import Incoming, take_in
from tests.cast import MONDAY_10, Cast
from tests.governance.fields import fields_of
from tests.governance.test_api import Caller
from tests.governance.test_pages import door, new_change, words

pytestmark = pytest.mark.django_db


def edited(cast: Cast, what: str, of: str, typed: dict[str, Any]) -> dict[str, Any]:
    """Open an editor, type, save: what the draft then holds, by path."""
    change = new_change(cast)
    url = url_of(change, what, of)
    client = door(cast.ada)
    answer = client.post(url, fields_of(client.get(url).content.decode()) | typed)
    assert answer.status_code == 302, said_at_fields(answer)
    return drafted(cast, change)


def url_of(change: ChangeRequest, what: str, of: str) -> str:
    return f"/w/acme/changes/{change.number}/edit/{what}/?of={of.replace('+', '%2B')}"


def drafted(cast: Cast, change: ChangeRequest) -> dict[str, Any]:
    with workspace_scope(cast.acme):
        return {edit.spelled: edit.after for edit in edits_of(change)}


def proposed(cast: Cast, change: ChangeRequest) -> dict[str, Any]:
    with workspace_scope(cast.acme):
        document: dict[str, Any] = proposed_by(change)
        return document


def said_at_fields(answer: Any) -> list[str]:
    """The sentences at the fields of a refused form."""
    return [
        " ".join(part.split("</p>")[0].split(">")[-1].split())
        for part in words(answer).split("text-sm text-error mt-1")[1:]
    ]


def without_keys(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in item.items() if name != "key"} for item in items]


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
    ("calendar", "office", {"time_zone": "Asia/Tokyo"}, "calendars/office/time_zone", "Asia/Tokyo"),
    ("metric", "win_rate", {"target": "0.3"}, "metrics/win_rate/target", 0.3),
    ("metric", "win_rate", {"segments": ["source", "country"]}, "metrics/win_rate/segments", ["source", "country"]),
    ("metric", "win_rate", {"filter": "amount > 0", "filter.mode": "text"}, "metrics/win_rate/filter", "amount > 0"),
    ("metric", "win_rate", {"direction": "down"}, "metrics/win_rate/direction", "down"),
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
    ("reason", "+", {"purpose": "loss", "label": "Merged", "key": "merger"}, "reason_codes/merger.loss",
     {"key": "merger", "label": "Merged", "purpose": "loss"}),
    ("pool", "+", {"label": "DACH", "function": "sales", "region": "DACH"}, "pools/dach",
     {"key": "dach", "label": "DACH", "function": "sales", "region": "DACH"}),
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
        ("stage", "sales/proposal", ["team"], "kitchen", "pipelines/sales/stages/proposal/team"),
        ("stage", "sales/proposal", ["entry"], [{"label": "A"}], "expression"),
        ("pipeline", "sales", ["record_kind"], "cow", "pipelines/sales/record_kind"),
        ("property", "phone", ["source_rule"], "who_knows", "properties/phone/source_rule"),
        ("pool", "sales", ["function"], "kitchen", "pools/sales/function"),
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


def test_a_new_seam_comes_whole(cast: Cast) -> None:
    typed = {
        "label": "Customer success → Marketing",
        "from": "customer_success",
        "to": "marketing",
        "trigger": "lifecycle/advocate",
        "owner": "mona@acme.example",
        "last-pool": "customer_success",
    }
    ((path, seam),) = edited(cast, "seam", "+", typed).items()
    assert path == "seams/customer_success_marketing"
    assert (seam["trigger"], seam["calendar"], seam["answer_minutes"]) == ("lifecycle/advocate", "office", 240)
    assert [step["action"] for step in seam["ladder"]] == ["warn", "task", "reassign", "raise"]
    (rule,) = without_keys(seam["routing"])
    assert rule["expression"] == "true" and rule["pool"] == "customer_success"


def test_a_new_pipeline_comes_with_its_stages(cast: Cast) -> None:
    typed = {"label": "Partner deals", "record_kind": "opportunity", "purpose": "partner", "stages-0-label": "Talks"}
    ((path, pipeline),) = edited(cast, "pipeline", "+", typed).items()
    assert path == "pipelines/partner_deals"
    assert [stage["label"] for stage in pipeline["stages"]] == ["Talks", "Won", "Lost"]


def test_stages_are_put_into_another_order_and_added(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "pipeline", "sales")
    moved = client.post(url, fields_of(client.get(url).content.decode()) | {"do": "up:stages:1"})
    more = client.post(url, fields_of(moved.content.decode()) | {"do": "add:stages"})
    typed = {"stages-6-label": "Legal", "stages-6-team": "sales"}
    assert client.post(url, fields_of(more.content.decode()) | typed).status_code == 302
    (sales,) = [each for each in proposed(cast, change)["pipelines"] if each["key"] == "sales"]
    keys = [stage["key"] for stage in sales["stages"]]
    assert keys[:2] == ["qualification", "discovery"] and keys[-1] == "legal"
    assert sales["stages"][0]["required"] == ["use_case"]


def test_a_stage_that_goes_is_left_out_of_where_others_lead(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "pipeline", "renewal")
    fewer = client.post(url, fields_of(client.get(url).content.decode()) | {"do": "drop:stages:1"})
    assert client.post(url, fields_of(fewer.content.decode())).status_code == 302
    (renewal,) = [each for each in proposed(cast, change)["pipelines"] if each["key"] == "renewal"]
    assert [stage["key"] for stage in renewal["stages"]] == ["days_180", "days_30", "renewed", "not_renewed"]
    assert renewal["stages"][0]["moves_to"] == ["not_renewed"]


def test_the_order_of_reasons_is_one_edit(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = f"/w/acme/changes/{change.number}/edit/reason/"
    posted = fields_of(client.get(url).content.decode())
    assert client.post(url, posted | {"do": "down:0"}).status_code == 302
    ((path, names),) = drafted(cast, change).items()
    assert path == "reason_codes/order" and [each["key"] for each in names[:2]] == [
        "inaccurate_data",
        "unable_to_reach",
    ]
    again = client.get(url).content.decode()
    assert again.index("Inaccurate data") < again.index("Unable to reach")


def test_an_item_is_taken_out_of_the_blueprint(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    assert client.post(url_of(change, "reason", "loss/timing"), {"do": "take_away"}).status_code == 302
    assert drafted(cast, change) == {"reason_codes/timing.loss": None}
    assert client.post(url_of(change, "threshold", ""), {"do": "take_away"}).status_code == 404


def test_a_country_s_holidays_are_loaded_and_looked_over_before_they_are_proposed(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "calendar", "office")
    posted = fields_of(client.get(url).content.decode())
    load = {"do": "load_holidays", "load-country": "DE", "load-region": "BY", "load-years": "2027"}
    loaded = client.post(url, posted | load)
    assert loaded.status_code == 200 and drafted(cast, change) == {}
    assert client.post(url, fields_of(loaded.content.decode())).status_code == 302
    (office,) = proposed(cast, change)["calendars"]
    days = {each["date"]: each["label"] for each in office["holidays"]}
    assert days["2027-10-03"] == "German Unity Day" and days["2027-01-06"] == "Epiphany"
    assert days["2027-01-01"] == "New Year's Day" and list(days) == sorted(days)
    refused = client.post(url, posted | load | {"load-region": "ZZ"})
    assert "The regions known there are" in words(refused)


def test_the_ladder_keeps_the_order_of_time(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "seam", "marketing_to_sales")
    more = client.post(url, fields_of(client.get(url).content.decode()) | {"do": "add:ladder"})
    typed = {"ladder-4-after_minutes": "-30", "ladder-4-action": "warn"}
    assert client.post(url, fields_of(more.content.decode()) | typed).status_code == 302
    (seam, *_) = proposed(cast, change)["seams"]
    assert [step["after_minutes"] for step in seam["ladder"]] == [-60, -30, 0, 120, 480]


def test_packet_and_first_touch_are_edited(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "seam", "success_to_sales")
    more = client.post(url, fields_of(client.get(url).content.decode()) | {"do": "add:packet"})
    typed = {"packet-2-label": "Size of the need", "first_touch-outcomes": "Reached\r\nBooked"}
    assert client.post(url, fields_of(more.content.decode()) | typed).status_code == 302
    seam = get(proposed(cast, change), ("seams", {"key": "success_to_sales"}))
    assert seam["packet"][2] == {"key": "size_of_the_need", "label": "Size of the need", "required": False}
    assert seam["first_touch"]["outcomes"] == ["Reached", "Booked"] and seam["first_touch"]["sides"] == ["sales"]


def test_routing_rules_keep_their_catch_all(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "routing", "sales_to_success")
    more = client.post(url, fields_of(client.get(url).content.decode()) | {"do": "add:routing"})
    typed = {
        "routing-0-expression.0.0.field": "amount",
        "routing-0-expression.0.0.operator": "at_least",
        "routing-0-expression.0.0.value": "50000",
        "routing-0-target": "member",
        "routing-0-member": "mona@acme.example",
    }
    assert client.post(url, fields_of(more.content.decode()) | typed).status_code == 302
    rules = without_keys(get(proposed(cast, change), ("seams", {"key": "sales_to_success"}, "routing")))
    assert rules == [
        {
            "label": "Amount is at least 50000",
            "expression": "amount >= 50000",
            "target": "member",
            "member": "mona@acme.example",
        },
        {"label": "Everybody takes turns", "expression": "true", "target": "pool", "pool": "customer_success"},
    ]
    refused = client.post(url, fields_of(more.content.decode()) | typed | {"routing-0-member": ""})
    assert refused.status_code == 422 and "Choose the person." in words(refused)


REFUSED = [
    ("threshold", "", {"threshold": "99999"}, "This is between 0 and 2,000."),
    ("seam", "marketing_to_sales", {"label": " "}, "This field is required."),
    ("seam", "marketing_to_sales", {"ladder-0-after_minutes": "soon"}, "Enter a whole number."),
    ("property", "+", {"label": "X", "key": "Not A Key"}, "“Not A Key” is not written like marketing_to_sales."),
    ("property", "+", {"label": "Phone", "key": "phone"}, "There is one of this key already."),
    ("stage", "sales/proposal", {"age_limit_days": "0"}, "This is between 1 and 3,650."),
    ("stage", "sales/proposal", {"probability": "1e999"}, "This is between 0 and 100."),
    ("calendar", "office", {"weekly-mon": "9 to 5"}, "“9 to 5” is not written like 09:00-17:30."),
    ("metric", "leakage_sales_success", {"parameters-window_days": "many"}, "Enter a whole number."),
    ("scoring", "", {"rules-0-points": "5000"}, "This is between -1,000 and 1,000."),
    ("scoring", "", {"rules-0-expression.0.0.value": "many"}, "“many” is not a number."),
    ("stage", "sales/proposal", {"entry-0-expression.mode": "text", "entry-0-expression": "employes > 1"},
     "employes"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "of", "typed", "sentence"), REFUSED)
def test_a_value_that_cannot_stand_is_refused_at_its_field(
    cast: Cast, what: str, of: str, typed: dict[str, Any], sentence: str
) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, what, of)
    answer = client.post(url, fields_of(client.get(url).content.decode()) | typed)
    assert answer.status_code == 422 and sentence in words(answer)
    assert drafted(cast, change) == {}


@pytest.mark.parametrize("what", sorted(EDITORS))
def test_who_may_not_edit_is_told_so_whatever_they_send(cast: Cast, what: str) -> None:
    change, of = new_change(cast), {"reason": "reject/duplicate", "stage": "lifecycle/mql"}
    for sent in ({"label": "", "threshold": "many"}, {"do": "add:rules"}, {"do": "take_away"}, {"place": "first"}):
        for subject in (of.get(what, ""), "+"):
            assert door(cast.rick).post(url_of(change, what, subject), sent).status_code == 403


def test_who_may_not_gets_403_and_strangers_404(cast: Cast) -> None:
    change = new_change(cast)
    url = url_of(change, "pool", "sales")
    posted = fields_of(door(cast.ada).get(url).content.decode())
    assert door(cast.rick).get(url).status_code == 200
    assert door(cast.rick).post(url, posted | {"region": "EMEA"}).status_code == 403
    assert door(cast.rick).post(url, {"do": "take_away"}).status_code == 403
    assert door(cast.otto).get(url).status_code == 404
    assert door(cast.otto).post(url, posted).status_code == 404
    assert Client().get(url).status_code == 302
    assert drafted(cast, change) == {}


@pytest.mark.parametrize("of", ["no_such", "reject/no", "a/b/c", "lifecycle/mql/+", "++"])
@pytest.mark.parametrize("what", ["seam", "stage", "reason", "metric", "threshold", "document", "routing"])
def test_what_is_not_there_is_not_found(cast: Cast, what: str, of: str) -> None:
    change = new_change(cast)
    assert door(cast.ada).get(url_of(change, what, of)).status_code == 404


def test_what_the_checks_say_of_a_draft_stands_at_its_field(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    url = url_of(change, "seam", "marketing_to_sales")
    typed = {"owner": "", "ladder-TOTAL_FORMS": "0"}
    assert client.post(url, fields_of(client.get(url).content.decode()) | typed).status_code == 302
    again = client.get(url)
    assert said_at_fields(again) == [
        "Marketing → Sales has no owner.",
        "Marketing → Sales has no ladder: a breach would be seen by nobody.",
    ]
    other = url_of(change, "seam", "sales_to_success")
    assert said_at_fields(client.get(other)) == []


def test_what_the_checks_say_of_a_line_and_of_a_type_stands_there(cast: Cast) -> None:
    change, client = new_change(cast), door(cast.ada)
    stage = ["pipelines", {"key": "lifecycle"}, "stages", {"key": "mql"}, "exit"]
    lines = [{"label": "Large", "expression": "employes > 5"}, {"label": "At least 50", "expression": "employees > 9"}]
    edits = [{"path": stage, "after": lines}]
    assert Caller(cast.ada).post(f"changes/{change.number}/edits", {"edits": edits}).status_code == 200
    unread, contradicted = said_at_fields(client.get(url_of(change, "stage", "lifecycle/mql")))
    assert "“Large”" in unread and "(line 1, column 1)" in unread
    assert "“At least 50”: The words say 50, the test says 9." in contradicted

    with workspace_scope(cast.acme):
        held = {"email": "a@x.example", "name": "A"}
        take_in(cast.acme, [Incoming(1, "lead", core=held, properties={"seniority": "VP"})], by=cast.ada, at=MONDAY_10)
    edits = [{"path": ["properties", {"key": "seniority"}, "type"], "after": "text"}]
    assert Caller(cast.ada).post(f"changes/{change.number}/edits", {"edits": edits}).status_code == 200
    (changed,) = said_at_fields(client.get(url_of(change, "property", "seniority")))
    assert "would change from choice to text while 1 records hold a value" in changed
