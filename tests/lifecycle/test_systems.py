"""A system's word is the word of its key: no call speaks for another, at no door."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.errors import BadInput
from core.history.models import Event
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from imports.opening import open_file
from integrations.actions import issue_key
from lifecycle.models import ExternalId, Import, Record
from tests.cast import MONDAY_10, Cast

pytestmark = pytest.mark.django_db
A = "/api/v1/w/acme/"
CONTENT = b"Name,Owner\nNew Person,Somebody Else\n"
Speaking = Callable[..., Client]


@pytest.fixture
def speaking(cast: Cast) -> Speaking:
    """`speaking("enrichment")`: a program whose key speaks for that system."""

    def calling(system: str, role: str = "rep") -> Client:
        scopes = ["records:read", "records:write"]
        with workspace_scope(cast.acme):
            cast.ada.workspace = cast.acme
            issued = issue_key(name="Robot", system=system, scopes=scopes, role=role, by=cast.ada, at=MONDAY_10)
        return Client(headers={"Authorization": f"Bearer {issued.key}"})

    return calling


def opened(cast: Cast, number: int) -> Import:
    """The import, after a worker has opened its file."""
    with workspace_scope(cast.acme):
        job = Import.objects.get(number=number)
    open_file(cast.acme.pk, job.pk, clock=lambda: MONDAY_10)
    with workspace_scope(cast.acme):
        return Import.objects.get(pk=job.pk)


def person(member: Member) -> Client:
    browser = Client()
    browser.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def send(caller: Client, path: str, body: Any, method: str = "post") -> Any:
    return getattr(caller, method)(A + path, json.dumps(body), content_type="application/json")


ROW = {"email": "zoe@x.example", "external_id": "7", "properties": {"employees": 20}}


def test_what_a_key_writes_is_its_systems_word(cast: Cast, speaking: Speaking) -> None:
    assert send(person(cast.dana), "records", {**ROW, "properties": {"employees": 10}}).status_code == 201
    assert send(speaking("website"), "records", ROW).json()["held"] == ["employees"]
    enrichment = speaking("enrichment")
    assert "held" not in send(enrichment, "records", ROW).json()
    assert send(enrichment, "records/1", {"properties": {"employees": 30}}, "patch").status_code == 200
    refused = send(speaking("website"), "records/1", {"properties": {"employees": 40}}, "patch")
    assert (refused.status_code, refused.json()["code"]) == (422, "owned_elsewhere")
    with workspace_scope(cast.acme):
        assert Record.objects.get().properties["employees"] == 30
        assert {"website", "enrichment"} <= set(ExternalId.objects.values_list("system", flat=True))
        assert Event.objects.filter(kind="record.updated", facts__system="enrichment").count() == 2


@pytest.mark.parametrize("claimed", ["enrichment", "crm"])
def test_a_key_that_names_another_system_is_refused_at_every_door(cast: Cast, speaking: Speaking, claimed: str) -> None:
    website = speaking("website", role="admin")
    row = {**ROW, "system": claimed}
    single = send(website, "records", row)
    assert (single.status_code, single.json()["code"], single.json()["field"]) == (422, "not_your_system", "system")
    told = send(website, "records:batch", [row, {**ROW, "system": "website"}]).json()["outcomes"]
    assert [each.get("code") for each in told] == ["not_your_system", None]
    mapping = {"target": "leads", "system": claimed, "columns": {"Email": "email"}}
    file = SimpleUploadedFile("leads.csv", b"Email\na@x.example\n")
    imported = website.post(f"{A}imports", {"file": file, "mapping": json.dumps(mapping)})
    assert (imported.status_code, imported.json()["field"]) == (422, "system")
    number = website.post(f"{A}imports", {"file": SimpleUploadedFile("l.csv", b"Email\na@x.example\n")}).json()[
        "number"
    ]
    opened(cast, number)
    assert website.get(f"{A}imports/{number}").json()["mapping"]["system"] == "website"
    assert send(website, f"imports/{number}/mapping", mapping, "put").json()["code"] == "not_your_system"


@pytest.mark.parametrize("claimed", ["enrichment", "product", "website"])
def test_a_person_does_not_speak_for_a_program(cast: Cast, claimed: str) -> None:
    answer = send(person(cast.rick), "records", {**ROW, "system": claimed})
    assert (answer.status_code, answer.json()["code"]) == (422, "not_your_system")


def test_an_admin_says_whose_ids_a_file_brings_and_the_events_name_it(cast: Cast) -> None:
    mapping = {"target": "leads", "system": "enrichment", "columns": {"Email": "email"}}
    file = SimpleUploadedFile("leads.csv", b"Email\na@x.example\n")
    told = person(cast.ada).post(f"{A}imports", {"file": file, "mapping": json.dumps(mapping)})
    assert told.status_code == 201
    assert opened(cast, told.json()["number"]).mapping["system"] == "enrichment"
    with workspace_scope(cast.acme):
        assert Event.objects.get(kind="import.started").facts["system"] == "enrichment"


def test_a_key_takes_the_system_of_the_key_it_replaces_else_of_its_name(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        made = {"scopes": ["records:write"], "by": cast.ada, "at": MONDAY_10}
        first = issue_key(name="Clear Bit", system="enrichment", **made)
        again = issue_key(name="Other", acts_as=first.row.member, **made)
        own = issue_key(name="Web Shop!", **made)
        assert [each.row.system for each in (first, again, own)] == ["enrichment", "enrichment", "web-shop"]
        with pytest.raises(BadInput) as refused:
            issue_key(name="X", system="No Good", **made)
        assert refused.value.field == "system"
        strong = issue_key(name="Maker", role="admin", **made | {"scopes": ["keys:write", "records:write"]})
    maker = Client(headers={"Authorization": f"Bearer {strong.key}"})
    wanted = {"name": "Child", "scopes": ["records:write"]}
    refused = send(maker, "keys", {**wanted, "system": "enrichment"})
    assert (refused.status_code, refused.json()["field"]) == (403, "system")
    assert send(maker, "keys", wanted).json()["details"]["system"] == "maker"


def test_the_system_is_shown_and_chosen_on_the_page_and_over_the_api(cast: Cast) -> None:
    ada = person(cast.ada)
    form = {"name": "Clearbit", "scopes": ["records:write"], "role": "rep", "lasts": "90", "per_minute": "60"}
    assert ada.post("/w/acme/keys/new/", {**form, "system": "enrichment"}).status_code == 201
    assert b"speaks for enrichment" in ada.get("/w/acme/keys/").content
    told = send(ada, "keys", {"name": "Shop", "scopes": ["records:write"], "system": "product"}).json()
    assert told["details"]["system"] == "product"


def test_when_a_known_record_came_to_be_is_testimony(cast: Cast, speaking: Speaking) -> None:
    """A new record may bring its day; later only who may import corrects it. Nothing was created in the future."""
    row = {"email": "a@x.example", "created_at": "2025-01-01T00:00:00Z"}
    rep, admin = speaking("shop"), speaking("old-crm", role="admin")
    assert send(rep, "records", row).status_code == 201
    send(rep, "records", row | {"created_at": "2020-01-01T00:00:00Z"})
    assert send(rep, "records/1", {}, "patch").json()["created_at"].startswith("2025-01-01")
    send(admin, "records", row | {"created_at": "2020-01-01T00:00:00Z"})
    assert send(rep, "records/1", {}, "patch").json()["created_at"].startswith("2020-01-01")
    late = (MONDAY_10 + timedelta(days=36_500)).isoformat()
    assert send(admin, "records", {"email": "b@x.example", "created_at": late}).json()["code"] == "in_the_future"


@pytest.mark.parametrize(
    "mapping",
    [
        {"target": "people", "columns": {"Name": "name"}},
        {"target": "leads", "columns": {"Name": "name", "Owner": "owner"}, "unknown_owner": "create"},
    ],
)
def test_a_file_that_makes_people_needs_the_scope_for_people(
    cast: Cast, speaking: Speaking, mapping: dict[str, Any]
) -> None:
    """A scope is a ceiling: the worker that runs the file does not know the key it came with."""
    importer = speaking("crm", role="admin")
    file = SimpleUploadedFile("people.csv", CONTENT)
    told = importer.post(f"{A}imports", {"file": file, "mapping": json.dumps(mapping)})
    assert (told.status_code, told.json()["facts"]["verb"]) == (403, "people.manage")
    number = importer.post(f"{A}imports", {"file": SimpleUploadedFile("p.csv", CONTENT), "target": "leads"}).json()[
        "number"
    ]
    assert opened(cast, number).mapping["unknown_owner"] == "blank"
    assert send(importer, f"imports/{number}/mapping", mapping, "put").status_code == 403
    assert send(person(cast.ada), f"imports/{number}/mapping", mapping, "put").status_code == 200
    assert importer.post(f"{A}imports/{number}/start").status_code == 403


def test_a_file_that_turns_out_to_be_of_people_does_not_start_by_itself(cast: Cast, speaking: Speaking) -> None:
    importer = speaking("crm", role="admin")
    file = SimpleUploadedFile("p.csv", b"name,email,role,team,manager\nNew Person,n@x.example,rep,East,Ada\n")
    number = importer.post(f"{A}imports", {"file": file, "target": "people", "start": "true"}).json()["number"]
    job = opened(cast, number)
    assert (job.state, job.target) == ("mapping", "people") and "may not make people" in job.error
