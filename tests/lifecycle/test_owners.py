"""Who takes care of a record: one rule, refusal and event at every door."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core.errors import BadInput
from core.history.models import Event
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from handoffs.actions.answering import accept
from handoffs.actions.reassigning import reassign
from handoffs.models import Handoff
from imports import opening, starting
from imports.run import run_import
from integrations.actions import issue_key
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Account, Import, Record, Rejection
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import depart

pytestmark = pytest.mark.django_db
LATER = MONDAY_10 + timedelta(hours=1)
ZOE = {"email": "zoe@x.example"}
HOT = {"employees": 200, "seniority": "VP", "demo_requested": True, "pages_viewed": 12}


def signed_in(member: Member) -> Client:
    browser = Client()
    browser.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def send(member: Member, method: str, path: str, body: Any) -> Any:
    call = getattr(signed_in(member), method)
    return call(f"/api/v1/w/acme/{path}", json.dumps(body), content_type="application/json")


def at_page(by: Member, owner: Member | None) -> int:
    form = {"owner": str(owner.pk) if owner else ""}
    return int(signed_in(by).post("/w/acme/records/1/owner/", form).status_code)


def at_patch(by: Member, owner: Member | None) -> int:
    return int(send(by, "patch", "records/1", {"owner": owner.email if owner else None}).status_code)


def at_create(by: Member, owner: Member | None) -> int:
    return int(send(by, "post", "records", {**ZOE, "owner": owner.email if owner else None}).status_code)


def at_batch(by: Member, owner: Member | None) -> int:
    row = {**ZOE, "owner": owner.email if owner else None}
    outcome = send(by, "post", "records:batch", [row]).json()["outcomes"][0]
    return 403 if outcome.get("code") == "not_yours" else 422 if "code" in outcome else 200


DOORS = [at_page, at_patch, at_create, at_batch]


@pytest.fixture
def owned(cast: Cast) -> Cast:
    """Record 1 is Rick's."""
    with workspace_scope(cast.acme):
        take_in(cast.acme, [Incoming(1, "lead", core={**ZOE, "owner_id": cast.rick.pk})], by=cast.dana, at=MONDAY_10)
    return cast


def owner(cast: Cast) -> Member | None:
    with workspace_scope(cast.acme):
        return Record.objects.select_related("owner").get().owner


@pytest.mark.parametrize("door", DOORS)
def test_a_rep_does_not_take_or_give_away_a_colleagues_record(owned: Cast, door: Any) -> None:
    for heir in (owned.rosa, owned.dana, None):
        assert door(owned.rosa, heir) == 403
    assert owner(owned) == owned.rick


@pytest.mark.parametrize("door", DOORS)
def test_a_rep_gives_away_their_own_and_takes_what_nobody_has(owned: Cast, door: Any) -> None:
    assert door(owned.rick, None) < 400 and owner(owned) is None
    assert door(owned.rosa, owned.rosa) < 400 and owner(owned) == owned.rosa
    assert door(owned.mona, owned.rick) < 400 and owner(owned) == owned.rick


@pytest.mark.parametrize("door", DOORS)
def test_every_door_tells_the_same_event_once_with_names(owned: Cast, door: Any) -> None:
    assert door(owned.mona, owned.rosa) < 400
    assert door(owned.mona, owned.rosa) < 400
    with workspace_scope(owned.acme):
        event = Event.objects.get(kind="record.owner_changed")
        assert event.facts == {
            "from": str(owned.rick.pk), "from_name": "Rick", "to": str(owned.rosa.pk), "owner": "Rosa",
        }  # fmt: skip
        assert event.actor_id == owned.mona.pk and not Event.objects.filter(kind="record.updated").exists()
        assert Record.objects.get().team.function == "sales"
    assert b"Owner changed from Rick to Rosa" in signed_in(owned.mona).get("/w/acme/records/1/").content


@pytest.mark.parametrize("door", DOORS)
def test_who_left_a_program_and_a_leader_own_nothing(owned: Cast, door: Any) -> None:
    with workspace_scope(owned.acme):
        owned.ada.workspace = owned.acme
        issued = issue_key(name="Robot", scopes=["records:write"], by=owned.ada, at=MONDAY_10)
        program = issued.row.member
        Member.objects.filter(pk=program.pk).update(email="robot@acme.example")
        program.refresh_from_db()
        Member.objects.filter(pk=owned.cleo.pk).update(is_active=False)
    for heir in (owned.cleo, program, owned.vera, owned.otto):
        assert door(owned.mona, heir) == 422, heir
    assert owner(owned) == owned.rick


def test_the_refusal_names_the_person_and_the_reason(owned: Cast) -> None:
    with workspace_scope(owned.acme):
        Member.objects.filter(pk=owned.cleo.pk).update(is_active=False)
    told = {
        name: send(owned.mona, "patch", "records/1", {"owner": f"{name}@acme.example"}).json()
        for name in ("cleo", "vera", "otto")
    }
    assert {name: each["code"] for name, each in told.items()} == {
        "cleo": "inactive_member", "vera": "role_cannot_own", "otto": "unknown_owner",
    }  # fmt: skip
    assert "Cleo is no longer active" in told["cleo"]["detail"]
    assert {each["field"] for each in told.values()} == {"owner"}


@pytest.mark.parametrize("unknown_owner", ["create", "blank", "reject"])
def test_a_file_gives_nothing_to_somebody_who_left(cast: Cast, unknown_owner: str) -> None:
    """However the file calls them, and whatever is to be done about names that nobody has."""
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        Member.objects.filter(pk=cast.cleo.pk).update(is_active=False, external_key="CLEO-7")
        content = (
            b"Email,Owner\na@x.example,cleo@acme.example\nb@x.example,CLEO-7\nc@x.example,Cleo\n"
            b"d@x.example,Vera\ne@x.example,Rick\n"
        )
        columns = {"Email": "email", "Owner": "owner"}
        given = {"target": "leads", "columns": columns, "unknown_owner": unknown_owner}
        job = opening.receive(file_name="l.csv", content=content, given=given, by=cast.ada, at=MONDAY_10)
    shown = signed_in(cast.ada).get(f"/w/acme/imports/{job.number}/").content.decode()
    assert "Cleo is no longer active here." in shown and "Vera is a leader" in shown
    with workspace_scope(cast.acme):
        starting.start(job, by=cast.ada, at=MONDAY_10)
    run_import(cast.acme.pk, job.pk, clock=lambda: LATER, until=lambda: False)
    with workspace_scope(cast.acme):
        assert Import.objects.get().rejected_count == 4
        kept = Rejection.objects.order_by("line").values_list("code", "field")
        assert list(kept) == [("inactive_member", "Owner")] * 3 + [("role_cannot_own", "Owner")]
        assert Record.objects.get().owner == cast.rick


def test_what_was_theirs_comes_in_unowned_where_that_is_chosen(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        Member.objects.filter(pk=cast.cleo.pk).update(is_active=False)
        content = b"Email,Owner\na@x.example,Cleo\nb@x.example,Vera\nc@x.example,Rick\n"
        given = {"target": "leads", "columns": {"Email": "email", "Owner": "owner"}, "unable_owner": "blank"}
        job = opening.receive(file_name="l.csv", content=content, given=given, by=cast.ada, at=MONDAY_10)
        starting.start(job, by=cast.ada, at=MONDAY_10)
    run_import(cast.acme.pk, job.pk, clock=lambda: LATER, until=lambda: False)
    with workspace_scope(cast.acme):
        owners = dict(Record.objects.values_list("email", "owner__name"))
        assert owners == {"a@x.example": None, "b@x.example": None, "c@x.example": "Rick"}


def test_companies_of_a_file_keep_to_the_same_rule_and_tell_the_change(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        Member.objects.filter(pk=cast.cleo.pk).update(is_active=False)
    for content in (b"Name,Owner\nInitech,Rick\nHooli,Cleo\n", b"Name,Owner\nInitech,Rosa\n"):
        with workspace_scope(cast.acme):
            given = {"target": "accounts", "columns": {"Name": "name", "Owner": "owner"}}
            job = opening.receive(file_name="c.csv", content=content, given=given, by=cast.ada, at=MONDAY_10)
            starting.start(job, by=cast.ada, at=MONDAY_10)
        run_import(cast.acme.pk, job.pk, clock=lambda: LATER, until=lambda: False)
    with workspace_scope(cast.acme):
        assert [(each.name, each.owner) for each in Account.objects.all()] == [("Initech", cast.rosa)]
        assert Rejection.objects.get().code == "inactive_member"
        facts = Event.objects.get(kind="account.owner_changed").facts
        assert (facts["from_name"], facts["owner"]) == ("Rick", "Rosa")


def test_acceptance_and_departure_tell_the_same_facts(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        rows = [Incoming(1, "lead", core={**ZOE, "owner_id": cast.dana.pk}, properties=HOT)]
        take_in(cast.acme, rows, by=cast.dana, at=MONDAY_10)
        handoff = Handoff.objects.select_related("assignee").get()
        accept(handoff, by=handoff.assignee, at=LATER)
        first = Event.objects.get(kind="record.owner_changed").facts
        assert (first["from_name"], first["owner"], first["handoff"]) == ("Dana", handoff.assignee.name, handoff.number)
        heir = cast.rosa if handoff.assignee == cast.rick else cast.rick
        depart(handoff.assignee, heir, by=cast.ada, at=LATER + timedelta(hours=1))
        last = Event.objects.filter(kind="record.owner_changed").order_by("-at", "-id")[0].facts
        assert (last["from_name"], last["owner"]) == (handoff.assignee.name, heir.name)


def test_a_successor_and_a_new_hand_must_be_able_to_work(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        take_in(cast.acme, [Incoming(1, "lead", core=ZOE, properties=HOT)], by=cast.dana, at=MONDAY_10)
        handoff = Handoff.objects.get()
        with pytest.raises(BadInput) as refused:
            reassign(handoff, cast.vera, by=cast.mona, at=LATER)
        assert (refused.value.code, refused.value.field) == ("role_cannot_own", "to")
        with pytest.raises(BadInput) as refused:
            depart(cast.rick, cast.vera, by=cast.ada, at=LATER)
        assert (refused.value.code, refused.value.field) == ("role_cannot_own", "successor")
