"""Deals and customers of a file, joined to the records they came from."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint
from core.tenancy.scope import workspace_scope
from imports.header_words import meant_by
from lifecycle.models import Import, Record
from tests.cast import Cast
from tests.imports.door import API, a_worker_runs, form_of, upload
from tests.imports.told import bring_in, record

pytestmark = pytest.mark.usefixtures("nothing_lost")
LEADS = "Lead ID,Name,Email\nL1,Ann Lee,ann@northwind.example\nL2,Bob Ray,bob@contoso.example\n"
LEAD_COLUMNS = {"Lead ID": "external_id", "Name": "name", "Email": "email"}
DEALS = b"""Deal ID,Deal Name,Contact ID,Amount
D1,Northwind,L1,100
D2,Contoso,Bob@Contoso.example,200
D3,Fabrikam,L9,300
D4,Nobody,,400
"""


def origin_of(cast: Cast, external_id: str) -> str:
    with workspace_scope(cast.acme):
        origin = record(cast, external_id).origin
        return origin.name if origin else ""


def cast_blueprint(cast: Cast) -> Blueprint:
    with workspace_scope(cast.acme):
        return blueprint_of(cast.acme)


def test_a_deal_joins_the_journey_of_the_lead_that_its_row_names(cast: Cast, ada: Client) -> None:
    headers = ("Lead ID", "Lead-Nr.", "Courriel du lead", "E-mail du lead", "Correo del lead", "Leadnummer")
    lifecycle = cast_blueprint(cast)
    assert all("origin" in meant_by(header, "opportunities", lifecycle) for header in headers)
    dressed = {
        "Deal - Title": "name",
        "Deal - Expected close date": "closes_on",
        "Organization - Name": "account",
        "Deal Owner.id": "owner",
        "Company / Account": "account",
    }
    assert {header: meant_by(header, "opportunities", lifecycle) for header in dressed} == {
        header: [to] for header, to in dressed.items()
    }
    bring_in(cast, LEADS, LEAD_COLUMNS, target="leads")
    bring_in(cast, "ID,Name\nD4,Known\n", {"ID": "external_id", "Name": "name"})
    page = upload(ada, DEALS, "deals.csv", "opportunities")
    shown = ada.get(page).content.decode()
    assert "came from a record that is not here" in shown
    assert '<option value="origin" selected>' in " ".join(shown.replace("\n", " ").split())
    with workspace_scope(cast.acme):
        job = Import.objects.get(file_name="deals.csv")
    ada.post(f"{page}mapping/", form_of(job, do="start", pipeline="sales"))
    a_worker_runs()
    assert [origin_of(cast, each) for each in ("D1", "D2", "D3", "D4")] == ["Ann Lee", "Bob Ray", "", ""]
    assert record(cast, "D3").properties["contact_id"] == "L9"
    told = ada.get(f"{API}/{job.number}").json()
    assert (told["unknown_origins"], told["other_origins"]) == (1, 0)
    assert "1 row name a record that is not here" in ada.get(page).content.decode()

    # a later file tells of a known deal; who has an origin keeps it, and that is counted
    columns = {"Deal ID": "external_id", "Lead": "origin"}
    given = {"target": "opportunities", "columns": columns, "unknown_origin": "reject"}
    file = SimpleUploadedFile("more.csv", b"Deal ID,Lead\nD1,L2\nD4,L2\nD3,L7\n")
    made = ada.post(API, {"file": file, "mapping": json.dumps(given)}).json()
    a_worker_runs()
    told = ada.get(f"{API}/{made['number']}").json()
    assert (told["updated"], told["unchanged"], told["reasons"], told["other_origins"]) == (
        1,
        1,
        {"unknown_origin": 1},
        1,
    )
    assert [origin_of(cast, each) for each in ("D1", "D4")] == ["Ann Lee", "Bob Ray"]
    with workspace_scope(cast.acme):
        lead = Record.objects.get(kind="lead", name="Bob Ray")
        assert record(cast, "D4").root_id == lead.pk, "the funnel counts them as one journey"

    ada.post(f"{API}/{made['number']}/undo")
    a_worker_runs()
    ada.post(f"{API}/{made['number']}/undo/confirmation")
    a_worker_runs()
    assert [origin_of(cast, each) for each in ("D1", "D4")] == ["Ann Lee", ""]
