"""A property of several choices, at each door: the page, the API, a file, a gate and a score."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from blueprint.expressions.build import read
from blueprint.expressions.source import BadExpression
from core.tenancy.scope import workspace_scope
from imports.tasks import run_imports
from lifecycle.models import Record
from tests.cast import Cast
from tests.governance.drafts import published
from tests.lifecycle.made_up import CATALOGUE

NEEDS = {"key": "needs", "label": "Needs", "type": "choices", "options": ["Price", "Support", "On time"]}
RULE = {
    "key": "needs_support",
    "label": "Needs support",
    "group": "fit",
    "points": 7,
    "expression": '"Support" in needs',
}
GATE = [{"label": "Needs includes Price", "expression": '"Price" in needs'}]


@pytest.fixture
def ada(cast: Cast, client: Client) -> Client:
    with workspace_scope(cast.acme):
        edits = [
            (["properties", {"key": "needs"}], NEEDS),
            (["scoring", "rules", {"key": "needs_support"}], RULE),
            (["pipelines", {"key": "sales"}, "stages", {"key": "qualification"}, "entry"], GATE),
        ]
        published(cast, edits)
    assert cast.ada.user
    client.force_login(cast.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def needs_of(cast: Cast, name: str) -> object:
    with workspace_scope(cast.acme):
        return Record.objects.get(name=name).properties.get("needs")


def test_several_choices_are_kept_compared_scored_and_gated_at_every_door(ada: Client, cast: Cast) -> None:
    api = "/api/v1/w/acme/records"
    row = {"kind": "opportunity", "name": "Deal", "properties": {"needs": ["support", "Price", "Price"]}}
    made = ada.post(api, row, content_type="application/json").json()
    assert needs_of(cast, "Deal") == ["Price", "Support"], "each once, in the order of the options"
    wrong = row | {"properties": {"needs": ["Price", "Fame"]}}
    told = ada.post(api, wrong, content_type="application/json").json()
    assert (told["field"], told["code"]) == ("properties.needs", "unknown_option")
    page = f"/w/acme/records/{made['number']}/"
    assert "Price, Support" in ada.get(page).content.decode()

    form = ada.get(f"{page}edit/").content.decode()
    assert 'type="checkbox"' in form and form.count("checked") == 2
    assert ada.post(f"{page}edit/", {"name": "Deal", "property_needs": ["On time"]}).status_code == 302
    assert needs_of(cast, "Deal") == ["On time"]
    moved = ada.post(f"{api}/{made['number']}/advance", {"to": "qualification"}, content_type="application/json")
    assert moved.status_code == 422 and "Needs includes Price" in moved.content.decode()
    assert ada.post(f"{page}edit/", {"name": "Deal"}).status_code == 302
    assert needs_of(cast, "Deal") is None, "none of them is a blank"


def test_a_file_brings_several_choices_in_one_cell(ada: Client, cast: Cast) -> None:
    rows = "L1,Ann,a@a.example,support; Price\nL2,Bob,b@b.example,Fame;Price\nL3,Cy,c@c.example,\n"
    text = f"Lead ID,Name,Email,Needs\n{rows}"
    place = ada.post("/w/acme/imports/", {"file": SimpleUploadedFile("leads.csv", text.encode()), "target": ""})[
        "Location"
    ]
    run_imports(str(cast.acme.pk))
    page = ada.get(place).content.decode()
    assert "not all are options of Needs: “Fame;Price”" in page
    number = place.rstrip("/").rpartition("/")[2]
    told = ada.get(f"/api/v1/w/acme/imports/{number}").json()
    assert told["mapping"]["columns"]["Needs"]["to"] == "property:needs"
    mapping = told["mapping"] | {"values": {"Needs": {"Fame;Price": "Price;On time"}}}
    assert (
        ada.put(
            f"/api/v1/w/acme/imports/{number}/mapping", json.dumps(mapping), content_type="application/json"
        ).status_code
        == 200
    )
    assert ada.post(f"/api/v1/w/acme/imports/{number}/start").status_code in (200, 202)
    run_imports(str(cast.acme.pk))
    assert [needs_of(cast, name) for name in ("Ann", "Bob", "Cy")] == [["Price", "Support"], ["Price", "On time"], None]
    with workspace_scope(cast.acme):
        scores = dict(Record.objects.filter(kind="lead").values_list("name", "score"))
    assert scores["Ann"] - scores["Bob"] == 7


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ('needs == "Price"', "cannot go between several values and text"),
        ("needs == needs", "Ask for one of several values"),
        ('"Fame" in needs', "not an option of needs"),
        ("name in needs", "Write the value itself"),
        ("needs", "it is several values"),
        ("(opted_out ? needs : needs) == needs", "two values of one type"),
    ],
)
def test_several_choices_are_only_asked_for_one_of_them(expression: str, said: str) -> None:
    with pytest.raises(BadExpression, match=said):
        read(CATALOGUE, expression)
