"""An import goes back as a whole: what it made, what it changed, and nothing that was built on it since."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client

from core.history.models import Event
from core.people.models import Member, Team, TeamSeat, Workspace
from core.tenancy.scope import workspace_scope
from handoffs.models import Commitment, StageClock
from imports.tasks import run_imports
from lifecycle.models import (
    Account,
    AccountOwner,
    ExternalId,
    Import,
    Record,
    ScoreChange,
    SearchToken,
    StageStay,
    Touchpoint,
)
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published

pytestmark = pytest.mark.django_db
PLACE = {"target": "opportunities", "pipeline": "sales", "system": "old_crm", "history": True}
FIRST = """Deal ID,Deal Name,Company,Amount,Stage,Won
D1,Alpha,Acme Inc,100,discovery,2025-01-05
D2,Beta,Globex,200,discovery,2025-01-06
"""
SECOND = """Deal ID,Deal Name,Company,Amount,Stage,Won
D1,Alpha the second,Acme Inc,150,closed_won,2025-03-01
D3,Gamma,Initech,300,discovery,2025-02-01
D4,Delta,Initech,400,discovery,2025-02-01
"""
COLUMNS = {
    "Deal ID": "external_id", "Deal Name": "name", "Company": "account", "Amount": "amount", "Stage": "stage",
    "Won": "entered_stage_at",
}  # fmt: skip
TABLES = (Record, StageStay, ExternalId, Touchpoint, ScoreChange, SearchToken, Account)


def work() -> None:
    run_imports(str(Workspace.objects.get(slug="acme").pk))


def bring(client: Client, content: str) -> int:
    sent = {
        "file": SimpleUploadedFile("deals.csv", content.encode()),
        "mapping": json.dumps({**PLACE, "columns": COLUMNS}),
    }
    answer = client.post("/api/v1/w/acme/imports", sent)
    assert answer.status_code == 201, answer.content
    number: int = answer.json()["number"]
    work()
    told = client.get(f"/api/v1/w/acme/imports/{number}").json()
    assert (told["state"], told["rejected"]) == ("finished", 0), told
    return number


def standing() -> dict[str, Any]:
    """The whole of what is known of deals, but for when rows were written."""
    deals = Record.objects.order_by("number")
    return {
        "deals": list(
            deals.values_list("number", "name", "amount", "stage__key", "opened_at", "account__name", "owner")
        ),
        "properties": [deal.properties for deal in deals],
        "stays": list(
            StageStay.objects.order_by("record__number", "entered_at").values_list(
                "pk", "record__number", "stage__key", "entered_at", "exited_at", "cause", "amount"
            )
        ),
        "rows": {table.__name__: table.objects.count() for table in TABLES if table is not ScoreChange},
    }


def test_what_it_made_goes_and_what_it_changed_is_as_it_was(cast: Cast, ada: Client) -> None:
    bring(ada, FIRST)
    with workspace_scope(cast.acme):
        before = standing()
    number = bring(ada, SECOND)
    page = f"/w/acme/imports/{number}/"
    assert "Undo this import" in ada.get(page).content.decode()
    there = ada.post(f"{page}undo/", {"do": "look"})
    assert there.status_code == 302 and "nothing is undone yet" in ada.get(f"{page}undo/").content.decode()
    work()
    shown = ada.get(f"{page}undo/").content.decode()
    assert "Undo the import" in shown and "are left as they are, and why" not in shown
    api = f"/api/v1/w/acme/imports/{number}/undo"
    told = ada.get(api).json()
    assert (told["phase"], told["counts"]["created"], told["counts"]["changed"]) == ("ready", 2, 1)
    assert ada.post(f"{page}undo/", {"do": "undo"}).status_code == 302
    work()
    told = ada.get(api).json()
    assert told["phase"] == "done" and told["counts"] == {
        "created": 2, "changed": 1, "touched": 0, "removed": 2, "set_back": 1, "left": 0, "accounts": 1,
    }  # fmt: skip
    assert (
        "Undone" in ada.get(page).content.decode() and "Companies removed" in ada.get(f"{page}undo/").content.decode()
    )
    with workspace_scope(cast.acme):
        assert standing() == before
        assert Import.objects.get(number=number).state == "undone"
        assert Event.objects.filter(kind="record.undone").count() == 2, "history says that they were here"
        assert Event.objects.filter(kind="record.created", facts__external_id="D3").exists(), "and keeps that they came"
    again = ada.post(api, content_type="application/json")
    assert again.status_code == 409
    assert bring(ada, SECOND), "the same file comes in anew"


def test_the_clock_of_its_stage_goes_with_what_it_made(cast: Cast, ada: Client) -> None:
    ladder = ["pipelines", {"key": "lifecycle"}, "stages", {"key": "lead"}, "ladder"]
    with workspace_scope(cast.acme):
        published(cast, [(ladder, [{"after_minutes": 0, "action": "raise"}])])
    file = SimpleUploadedFile("leads.csv", b"Email,Name\nann@initech.example,Ann\n")
    mapping = {"target": "leads", "columns": {"Email": "email", "Name": "name"}}
    number = ada.post("/api/v1/w/acme/imports", {"file": file, "mapping": json.dumps(mapping)}).json()["number"]
    work()
    with workspace_scope(cast.acme):
        assert StageClock.objects.count() == 1
    for path in ("undo", "undo/confirmation"):
        ada.post(f"/api/v1/w/acme/imports/{number}/{path}", {}, content_type="application/json")
        work()
    told = ada.get(f"/api/v1/w/acme/imports/{number}/undo").json()
    assert (told["phase"], told["counts"]["removed"]) == ("done", 1), told
    with workspace_scope(cast.acme):
        assert not StageClock.objects.exists()


def test_what_was_built_on_it_stops_it_or_is_left(cast: Cast, ada: Client) -> None:
    bring(ada, FIRST)
    number = bring(ada, SECOND)
    with workspace_scope(cast.acme):
        ids = {each.value: each.record.number for each in ExternalId.objects.select_related("record")}
    edited = ada.patch(
        f"/api/v1/w/acme/records/{ids['D3']}", {"name": "Gamma by hand"}, content_type="application/json"
    )
    assert edited.status_code == 200, edited.content
    call = {"kind": "call", "direction": "outbound", "outcome": "talked"}
    assert ada.post(f"/w/acme/records/{ids['D4']}/activities/", call).status_code == 302
    bring(ada, FIRST.replace("Alpha,", "Alpha the third,"))
    api = f"/api/v1/w/acme/imports/{number}/undo"
    assert ada.get(api).status_code == 404
    assert ada.post(api, content_type="application/json").status_code == 202
    work()
    told = ada.get(api).json()
    assert {each["number"]: each["code"] for each in told["touched"]} == {
        ids["D1"]: "imports", ids["D3"]: "people", ids["D4"]: "activities",
    }  # fmt: skip
    page = ada.get(f"/w/acme/imports/{number}/undo/").content.decode()
    assert "Another file told of it" in page and "Leave the 3 records below" in page
    refused = ada.post(f"{api}/confirmation", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["field"]) == (422, "leaves_touched")
    assert ada.post(f"/w/acme/imports/{number}/undo/", {"do": "undo"}).status_code == 422
    assert ada.delete(api).status_code == 204, "or the import is kept"
    assert ada.get(f"/api/v1/w/acme/imports/{number}").json()["state"] == "finished"
    ada.post(api, content_type="application/json")
    work()
    with workspace_scope(cast.acme):
        before = standing()
    chosen = ada.post(f"{api}/confirmation", {"leaves_touched": True}, content_type="application/json")
    assert chosen.status_code == 202
    work()
    told = ada.get(api).json()
    assert (told["phase"], told["counts"]["left"], told["counts"]["removed"]) == ("done", 3, 0)
    with workspace_scope(cast.acme):
        assert standing() == before


def test_a_deal_that_a_promise_was_lost_over_is_left(cast: Cast, ada: Client) -> None:
    """What points at a record without a name of its own there counts as well."""
    bring(ada, FIRST)
    number = bring(ada, FIRST.replace("D1,", "D5,").replace("D2,", "D6,"))
    with workspace_scope(cast.acme):
        deals = {each.value: each.record for each in ExternalId.objects.select_related("record")}
        at = deals["D5"].created_at
        Commitment.objects.create(number=1, title="A tour", record=deals["D1"], lost=deals["D5"], created_at=at)
    api = f"/api/v1/w/acme/imports/{number}/undo"
    assert ada.post(api, content_type="application/json").status_code == 202
    work()
    assert [(each["number"], each["code"]) for each in ada.get(api).json()["touched"]] == [
        (deals["D5"].number, "other")
    ]


def test_nothing_goes_without_an_event_that_says_so(cast: Cast, ada: Client) -> None:
    bring(ada, FIRST)
    with workspace_scope(cast.acme):
        record = Record.objects.order_by("number")[0]
        for table in ("lifecycle_stagestay", "lifecycle_scorechange", "lifecycle_touchpoint"):
            with connection.cursor() as cursor:
                cursor.execute(f"select count(*) from {table} where record_id = %s", [record.pk])
                if not cursor.fetchone()[0]:
                    continue
            refusal = pytest.raises(DatabaseError, match="never changed or deleted")
            with refusal, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"delete from {table} where record_id = %s", [record.pk])


def test_a_file_of_companies_goes_back_as_far_as_nothing_belongs_to_them(cast: Cast, ada: Client) -> None:
    columns = {"Id": "external_id", "Name": "name", "Domain": "domain", "Owner": "owner", "Tier": "attribute:tier"}
    numbers = []
    for rows in ("1,Acme,acme.example,Rick,A\n", "1,Acme Corp,acme.test,Rosa,B\n2,Globex,,,A\n3,Initech,,,A\n"):
        file = SimpleUploadedFile("companies.csv", f"Id,Name,Domain,Owner,Tier\n{rows}".encode())
        sent = {"file": file, "mapping": json.dumps({"target": "accounts", "columns": columns})}
        numbers.append(ada.post("/api/v1/w/acme/imports", sent).json()["number"])
        with workspace_scope(cast.acme):  # known of Rick before sides had owners: only until a file says another
            for account in Account.objects.filter(owner=cast.rick):
                side = {"function": "sales", "member": cast.rick, "since": MONDAY_10, "cause": "known"}
                AccountOwner.objects.create(account=account, **side)
        work()
    with workspace_scope(cast.acme):
        assert AccountOwner.objects.get().until is not None
    row = {"kind": "lead", "name": "Ann", "account": "Initech"}
    assert ada.post("/api/v1/w/acme/records", row, content_type="application/json").status_code == 201
    api = f"/api/v1/w/acme/imports/{numbers[1]}/undo"
    assert ada.post(api).status_code == 202
    work()
    told = ada.get(api).json()
    assert (told["phase"], told["counts"]["created"], told["counts"]["changed"]) == ("ready", 2, 1)
    assert [(each["name"], each["code"]) for each in told["touched"]] == [("Initech", "records")]
    shown = ada.get(f"/w/acme/imports/{numbers[1]}/undo/").content.decode()
    assert "Companies that are left as they are" in shown and "/w/acme/accounts/" in shown
    assert ada.post(f"{api}/confirmation", {"leaves_touched": True}, content_type="application/json").status_code == 202
    work()
    assert ada.get(api).json()["phase"] == "done"
    with workspace_scope(cast.acme):
        accounts = Account.objects.order_by("number")
        assert [(each.name, each.domain, each.owner, each.properties.get("tier")) for each in accounts] == [
            ("Acme", "acme.example", cast.rick, "A"),
            ("Initech", "", None, "A"),
        ]
        assert Event.objects.filter(kind="account.undone").count() == 1


PEOPLE = """Agent,Manager,Office,Role
Ann Lee,Mia Moss,East,rep
Bob Ray,Mia Moss,East,rep
Rick,Mia Moss,East,
"""


def test_a_file_of_people_goes_back_and_who_came_with_it_leaves_again(cast: Cast, ada: Client) -> None:
    columns = {"Agent": "name", "Manager": "manager", "Office": "region", "Role": "role"}

    def people(text: str) -> int:
        sent = {"file": SimpleUploadedFile("people.csv", text.encode())}
        mapping = {"target": "people", "columns": columns}
        number: int = ada.post("/api/v1/w/acme/imports", {**sent, "mapping": json.dumps(mapping)}).json()["number"]
        work()
        return number

    def here() -> tuple[list[str], list[str], list[str]]:
        with workspace_scope(cast.acme):
            return (
                sorted(Member.objects.filter(is_active=True).values_list("name", flat=True)),
                sorted(Team.objects.values_list("name", flat=True)),
                sorted(TeamSeat.objects.filter(member=cast.rick).values_list("team__name", flat=True)),
            )

    before = here()
    number = people(PEOPLE)
    came = here()
    assert set(came[0]) - set(before[0]) == {"Ann Lee", "Bob Ray", "Mia Moss"}
    with workspace_scope(cast.acme):
        bob = Member.objects.get(name="Bob Ray")
    row = {"kind": "lead", "name": "Zoe", "owner": "Bob Ray"}
    assert ada.post("/api/v1/w/acme/records", row, content_type="application/json").status_code == 201
    api, page = f"/api/v1/w/acme/imports/{number}/undo", f"/w/acme/imports/{number}/undo/"
    assert ada.post(api).status_code == 202
    work()
    told = ada.get(api).json()
    assert (told["counts"]["created"], told["counts"]["changed"]) == (4, 1), "three people and a team, and Rick's seat"
    assert sorted((each["name"], each["code"]) for each in told["touched"]) == [
        ("Bob Ray", "owned"), ("Mia Moss", "records"), ("Mia Moss", "team"),
    ], "the team of a record's owner stays, and who leads it"  # fmt: skip
    shown = ada.get(page).content.decode()
    assert "would leave again" in shown and "/records/0/" not in shown
    assert ada.post(f"{api}/confirmation", {"leaves_touched": True}, content_type="application/json").status_code == 202
    work()
    told = ada.get(api).json()
    assert (told["phase"], told["counts"]["removed"], told["counts"]["left"]) == ("done", 1, 3)
    assert here() == (sorted([*before[0], "Bob Ray", "Mia Moss"]), came[1], before[2])
    people(PEOPLE)
    assert here() == came, "the same file brings them back"
    with workspace_scope(cast.acme):
        assert Member.objects.filter(name__in=["Ann Lee", "Bob Ray", "Mia Moss"]).count() == 3
        assert Event.objects.filter(kind="member.undone").count() == 2, "Ann, and the seat of Rick"
        assert bob.seats.count() == 1
