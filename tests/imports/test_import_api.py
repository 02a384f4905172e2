"""The door of imports for programs: a file and its mapping go in, progress and outcome come out."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.tenancy.scope import workspace_scope
from lifecycle.models import Import
from tests.cast import Cast
from tests.imports.door import API, LEADS, a_worker_runs

pytestmark = pytest.mark.usefixtures("nothing_lost")


def test_api_with_a_mapping_starts_at_once_and_tells_its_outcome(ada: Client, cast: Cast) -> None:
    mapping = {
        "target": "leads",
        "columns": {"Lead ID": {"to": "external_id"}, "Email": {"to": "email"}, "Full Name": {"to": "name"}},
    }
    answer = ada.post(API, {"file": SimpleUploadedFile("leads.csv", LEADS), "mapping": json.dumps(mapping)})
    assert answer.status_code == 201, answer.content
    assert answer.json()["state"] == "reading"
    a_worker_runs()
    told = ada.get(f"{API}/{answer.json()['number']}").json()
    assert (told["state"], told["total"], told["created"], told["rejected"]) == ("finished", 3, 2, 1)
    assert told["reasons"] == {"bad_email": 1}
    rows = ada.get(f"{API}/{answer.json()['number']}/rejections").json()["results"]
    assert [(row["line"], row["field"], row["row"]["Email"]) for row in rows] == [(4, "Email", "not-an-address")]
    assert ada.get(f"{API}/{answer.json()['number']}/rejections.csv")["Content-Type"].startswith("text/csv")


def test_api_without_a_mapping_waits_with_the_guess(ada: Client, cast: Cast) -> None:
    answer = ada.post(API, {"file": SimpleUploadedFile("leads.csv", LEADS)})
    assert (answer.json()["state"], answer.json()["columns"], answer.json()["warnings"]) == ("reading", [], [])
    assert ada.post(f"{API}/{answer.json()['number']}/start").status_code == 409, "not before it is read"
    a_worker_runs()
    told = ada.get(f"{API}/{answer.json()['number']}").json()
    assert (told["state"], told["mapping"]["columns"]["Email"]["to"]) == ("mapping", "email")
    assert any("Nowhere" in each for each in told["warnings"])
    given = told["mapping"] | {"values": {"Status": {"New": "lead", "Nowhere": ""}}}
    place = f"{API}/{told['number']}"
    assert ada.put(f"{place}/mapping", json.dumps(given), content_type="application/json").status_code == 200
    assert ada.post(f"{place}/start").status_code == 202
    assert ada.post(f"{place}/start").status_code == 409
    assert ada.post(f"{place}/cancellation").json()["state"] == "cancelled"
    assert [each["number"] for each in ada.get(API).json()["results"]] == [told["number"]]


@pytest.mark.parametrize(
    ("mapping", "field"),
    [
        ("{", "mapping"),
        ('"leads"', "mapping"),
        ('{"target": "ponies"}', "target"),
        ('{"target": "leads", "columns": {"Email": "\\u0000"}}', "mapping.columns.Email"),
    ],
)
def test_api_refuses_at_once_what_no_file_could_fit(ada: Client, cast: Cast, mapping: str, field: str) -> None:
    answer = ada.post(API, {"file": SimpleUploadedFile("leads.csv", LEADS), "mapping": mapping})
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    with workspace_scope(cast.acme):
        assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("mapping", "field"),
    [
        ('{"target": "leads", "columns": {"Nope": "email"}}', "columns.Nope"),
        ('{"target": "leads", "columns": {"Email": {"to": "property:nope"}}}', "columns.Email"),
        ('{"target": "leads", "columns": {"Visits": {"to": "property:visits"}}}', "columns"),
        ('{"target": "leads", "columns": {"Email": "email", "Visits": {"to": "created_at", "format": "Q"}}}',
         "columns.Visits"),
        ('{"target": "leads", "columns": {"Email": "email", "Status": "stage"}, "values": {"Status": {"New": "x"}}}',
         "values.Status"),
        ('{"target": "leads", "columns": {"Email": "email"}, "dates": {"time_zone": "Mars"}}', "dates.time_zone"),
        ('{"target": "leads", "columns": {"Email": "email"}, "blanks": [1]}', "blanks"),
    ],
)  # fmt: skip
def test_api_tells_where_a_mapping_does_not_fit_its_file_and_waits(ada: Client, mapping: str, field: str) -> None:
    answer = ada.post(API, {"file": SimpleUploadedFile("leads.csv", LEADS), "mapping": mapping})
    assert answer.status_code == 201
    a_worker_runs()
    told = ada.get(f"{API}/{answer.json()['number']}").json()
    assert (told["state"], told["done"]) == ("mapping", 0)
    assert f"({field})" in told["error"]
    again = ada.put(f"{API}/{told['number']}/mapping", mapping, content_type="application/json")
    assert (again.status_code, again.json()["field"]) == (422, field)


def test_api_needs_a_file(ada: Client) -> None:
    assert ada.post(API, {"mapping": "{}"}).status_code == 422
