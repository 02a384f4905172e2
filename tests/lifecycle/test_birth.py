"""A new record begins where its pipeline begins and climbs by the same gates, at every door; or it is an override."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from core.history.models import Event
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff
from imports import opening, starting
from imports.run import run_import
from lifecycle.actions.advancing import advance
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.actions.journeys import make_next
from lifecycle.models import Import, Record, Rejection, Stage, StageStay
from tests.cast import MONDAY_10, Cast
from tests.governance.test_rescoring import published
from tests.handoffs.factories import make_records

LATER = MONDAY_10 + timedelta(hours=1)
WON = {"kind": "opportunity", "name": "Ghost", "stage": "closed_won", "amount": 999_999}
RENEWED = {"kind": "customer", "name": "Ghost", "pipeline": "renewal", "stage": "renewed"}
REACHED = "Score has reached 60"
pytestmark = pytest.mark.django_db


def post(member: Member, path: str, body: Any) -> Any:
    browser = Client()
    browser.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser.post(f"/api/v1/w/acme/{path}", json.dumps(body), content_type="application/json")


def labels(unmet: list[dict[str, Any]]) -> list[str]:
    return [each["label"] for each in unmet]


def stays(record: Record) -> list[tuple[str, str | None, str, str]]:
    found = StageStay.objects.filter(record=record).order_by("entered_at", "exited_at", "id")
    return list(found.values_list("stage__key", "from_stage__key", "cause", "reason_key"))


def test_a_new_record_cannot_be_born_won_and_offers_nothing(cast: Cast) -> None:
    single, batch = post(cast.rick, "records", WON), post(cast.rick, "records:batch", [WON, {"name": "Zoe"}])
    assert single.status_code == 422 and single.json()["code"] == "gate_closed"
    assert labels(single.json()["facts"]["unmet"]) == ["Discovery may move to Closed won"]
    assert [each["state"] for each in batch.json()["outcomes"]] == ["rejected", "created"]
    assert batch.json()["outcomes"][0]["facts"] == single.json()["facts"]
    with workspace_scope(cast.acme):
        assert not Record.objects.filter(kind="opportunity").exists() and not Handoff.objects.exists()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"stage": "sal", "email": "a@x.example"}, ["Subscriber may move to Sales accepted"]),
        ({"stage": "mql", "email": "a@x.example"}, ["Subscriber may move to Marketing qualified", REACHED]),
        (RENEWED, ["Under contract may move to Renewed"]),
        (
            {"kind": "opportunity", "name": "Big", "stage": "qualification"},
            ["Use case is filled in"],
        ),
    ],
)  # fmt: skip
def test_a_refusal_at_birth_names_every_unmet_line(cast: Cast, body: dict[str, Any], expected: list[str]) -> None:
    assert labels(post(cast.mona, "records", body).json()["facts"]["unmet"]) == expected


def test_an_imported_row_climbs_by_the_same_gates_and_is_kept_as_a_rejection(cast: Cast) -> None:
    content = b"ID,Name,Stage,Amount\n1,Ghost,closed_won,999999\n2,Honest,discovery,5\n"
    columns = {"ID": "external_id", "Name": "name", "Stage": "stage", "Amount": "amount"}
    given = {"target": "opportunities", "columns": columns, "system": "crm"}
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        job = opening.receive(file_name="deals.csv", content=content, given=given, by=cast.ada, at=MONDAY_10)
        starting.start(job, by=cast.ada, at=MONDAY_10)
    assert run_import(cast.acme.pk, job.pk, clock=lambda: LATER, until=lambda: False)
    with workspace_scope(cast.acme):
        done = Import.objects.get(pk=job.pk)
        assert (done.created_count, done.rejected_count) == (1, 1)
        kept = Rejection.objects.get(of=done)
        assert (kept.line, kept.code) == (2, "gate_closed") and "Discovery may move to Closed won" in kept.detail
        assert not Handoff.objects.exists()


def test_who_is_born_further_on_went_through_the_first_stage(cast: Cast) -> None:
    body = {"kind": "opportunity", "name": "D", "stage": "qualification", "properties": {"use_case": "Routing"}}
    assert post(cast.rick, "records", body).json()["stage"] == "sales/qualification"
    with workspace_scope(cast.acme):
        record = Record.objects.get()
        assert stays(record) == [("discovery", None, "intake", ""), ("qualification", "discovery", "intake", "")]
        moved = Event.objects.filter(kind="record.entered_stage").order_by("id")
        assert [each.facts["from"] for each in moved] == [None, "sales/discovery"]


def test_a_loss_at_birth_or_by_intake_keeps_its_reason(cast: Cast) -> None:
    born = {"kind": "opportunity", "name": "L", "stage": "closed_lost", "reason": "price", "note": "Too dear"}
    assert post(cast.rick, "records", born).status_code == 201
    later = {"kind": "opportunity", "name": "M", "system": "crm", "external_id": "9"}
    post(cast.rick, "records", later)
    post(cast.rick, "records", later | {"stage": "closed_lost", "reason": "price"})
    with workspace_scope(cast.acme):
        assert (
            list(StageStay.objects.filter(stage__key="closed_lost").values_list("reason_key", flat=True))
            == ["price"] * 2
        )
        event = Event.objects.filter(kind="record.entered_stage", facts__note="Too dear").get()
        assert event.facts["reason"] == "price"


def test_an_override_at_birth_needs_the_role_and_a_reason_and_is_kept_as_one(cast: Cast) -> None:
    asked = WON | {"override": True}
    assert post(cast.rick, "records", asked | {"reason": "history"}).status_code == 403
    assert post(cast.rick, "records:batch", [asked | {"reason": "history"}]).status_code == 403
    assert post(cast.mona, "records", asked).json()["code"] == "reason_needed"
    assert post(cast.mona, "records", asked | {"reason": "price"}).json()["code"] == "unknown_reason"
    assert post(cast.mona, "records", asked | {"reason": "customer_request"}).json()["code"] == "note_needed"
    done = post(cast.mona, "records", asked | {"reason": "customer_request", "note": "They asked"})
    assert done.status_code == 201 and done.json()["stage"] == "sales/closed_won"
    with workspace_scope(cast.acme):
        record = Record.objects.get()
        assert stays(record)[-1] == ("closed_won", "discovery", "override", "customer_request")
        event = Event.objects.get(kind="record.entered_stage", facts__to="sales/closed_won")
        assert labels(event.facts["overridden"]) == ["Discovery may move to Closed won"]
        assert (event.facts["note"], event.facts["reason"]) == ("They asked", "customer_request")


def test_an_override_moves_a_known_record_and_an_open_gate_is_no_override(cast: Cast) -> None:
    deal = {"kind": "opportunity", "name": "D", "system": "crm", "external_id": "1"}
    post(cast.rick, "records", deal)
    rows = [
        deal | {"stage": "closed_won", "override": True, "reason": "history"},
        {"kind": "opportunity", "name": "E", "stage": "discovery", "override": True, "reason": "history"},
    ]
    assert post(cast.mona, "records:batch", rows).json()["rejected"] == 0
    with workspace_scope(cast.acme):
        told = StageStay.objects.filter(exited_at=None).order_by("record__number").values_list("stage__key", "cause")
        assert list(told) == [("closed_won", "override"), ("discovery", "intake")]


@pytest.mark.parametrize("extra", [{"reason": "price"}, {"note": "why"}, {"override": True, "reason": "history"}])
def test_a_reason_without_a_stage_is_refused(cast: Cast, extra: dict[str, Any]) -> None:
    answer = post(cast.mona, "records", {"name": "Zoe", **extra})
    assert (answer.status_code, answer.json()["field"]) == (422, "stage")


def test_a_first_stage_that_asks_for_something_is_asked_at_every_birth(cast: Cast) -> None:
    """Named or not: leaving the stage out is no way around what the first stage requires."""
    edits: list[Any] = [(["pipelines", {"key": "sales"}, "stages", {"key": "discovery"}, "required"], ["amount"])]
    with workspace_scope(cast.acme):
        workspace = published(cast, edits)
        rows = [
            Incoming(1, "opportunity", core={"name": "None"}),
            Incoming(2, "opportunity", core={"name": "Named"}, stage="discovery"),
            Incoming(3, "opportunity", core={"name": "Some", "amount": 5}),
        ]
        outcome = take_in(workspace, rows, by=cast.rick, at=LATER)
        assert [each.line for each in outcome.rejected] == [1, 2] and outcome.created == 1
        assert outcome.rejected[0].facts == outcome.rejected[1].facts


def test_a_record_is_born_at_any_entry_the_blueprint_lists(cast: Cast) -> None:
    """Its own criteria are asked; there is nothing to leave."""
    edits: list[Any] = [(["pipelines", {"key": "sales"}, "stages", {"key": "proposal"}, "is_entry"], True)]
    with workspace_scope(cast.acme):
        workspace = published(cast, edits)
        rows = [
            Incoming(1, "opportunity", core={"name": "Blank"}, stage="proposal"),
            Incoming(
                2, "opportunity", core={"name": "Ready", "amount": 5, "closes_on": LATER.date()}, stage="proposal"
            ),
            Incoming(3, "opportunity", core={"name": "Other"}, stage="negotiation"),
        ]
        outcome = take_in(workspace, rows, by=cast.rick, at=LATER)
        assert [each.line for each in outcome.rejected] == [1, 3]
        assert "Proposal" not in labels(outcome.rejected[0].facts["unmet"])[0]
        assert stays(Record.objects.get()) == [("proposal", None, "intake", "")]


def test_the_journey_makes_its_records_where_the_blueprint_says(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        done = take_in(cast.acme, [Incoming(1, "customer", core={"name": "C"})], by=cast.cleo, at=MONDAY_10)
        made = make_next(
            cast.acme, list(Record.objects.filter(pk=done.ids[1])), "expansion/qualified", by=cast.cleo, at=LATER
        )
        assert stays(made[0]) == [("qualified", None, "conversion", "")]
        claimed = Incoming(1, "opportunity", core={"name": "G"}, stage="closed_won", is_made=True)
        with pytest.raises(AssertionError):
            take_in(cast.acme, [claimed], by=cast.ada, at=LATER)


def test_a_lead_that_comes_back_gets_its_next_deal_once_the_former_is_over(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [lead] = make_records(cast.acme, path="lifecycle/sql", properties={"use_case": "Reports"})
    history = {"override": True, "reason": "history"}

    def deals() -> list[tuple[int, str]]:
        with workspace_scope(cast.acme):
            return list(Record.objects.filter(origin=lead).order_by("number").values_list("number", "stage__key"))

    def goes(record: int, *stages: str) -> None:
        for stage in stages:
            answer = post(cast.mona, f"records/{record}/advance", {"to": stage, **history})
            assert answer.status_code == 200, answer.json()

    goes(lead.number, "opportunity")
    [(first, _)] = deals()
    goes(lead.number, "recycled", "opportunity")  # while its deal is open it has one
    assert deals() == [(first, "discovery")]
    answer = post(cast.mona, f"records/{first}/advance", {"to": "closed_lost", "reason": "price"})
    assert answer.status_code == 200, answer.json()
    goes(lead.number, "recycled", "opportunity")
    [_, (second, _)] = deals()
    assert deals() == [(first, "closed_lost"), (second, "discovery")]
    with workspace_scope(cast.acme):
        Record.objects.filter(number=second).update(amount=10)
    goes(second, "closed_won")
    goes(lead.number, "recycled", "opportunity")
    assert [stage for _, stage in deals()] == ["closed_lost", "closed_won", "discovery"]


def test_following_another_record_is_no_birth_further_on(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        done = take_in(cast.acme, [Incoming(1, "customer", core={"name": "C"})], by=cast.cleo, at=MONDAY_10)
        row = Incoming(1, "opportunity", core={"name": "G"}, stage="closed_won", origin_id=done.ids[1])
        assert take_in(cast.acme, [row], by=cast.cleo, at=LATER).rejected[0].code == "gate_closed"


# --- another pipeline is another record ---


def a_deal(cast: Cast) -> Record:
    post(cast.rick, "records", {"kind": "opportunity", "name": "D", "system": "crm", "external_id": "1"})
    with workspace_scope(cast.acme):
        return Record.objects.get()


@pytest.mark.parametrize("override", [False, True])
def test_a_move_to_another_pipeline_is_refused_with_and_without_override(cast: Cast, override: bool) -> None:
    deal = a_deal(cast)
    body = {"to": "expansion/signal", "override": override, "reason": "history" if override else ""}
    told = post(cast.mona, f"records/{deal.number}/advance", body)
    assert (told.status_code, told.json()["code"]) == (422, "another_pipeline")
    row = {"kind": "opportunity", "system": "crm", "external_id": "1", "pipeline": "expansion", "stage": "signal"}
    row |= {"override": True, "reason": "history"} if override else {}
    assert post(cast.mona, "records", row).json()["code"] == "another_pipeline"
    assert post(cast.mona, "records:batch", [row]).json()["outcomes"][0]["code"] == "another_pipeline"
    browser = Client()
    browser.force_login(cast.mona.user, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.post(f"/w/acme/records/{deal.number}/advance/", body).status_code == 422
    with workspace_scope(cast.acme):
        deal.refresh_from_db()
        assert (deal.pipeline.key, deal.stage.key) == ("sales", "discovery")


def test_dated_stages_of_another_pipeline_are_refused_too(cast: Cast) -> None:
    past = MONDAY_10 - timedelta(days=9)
    with workspace_scope(cast.acme):
        first = Incoming(1, "opportunity", "crm", "1", {"name": "D"}, history=(("discovery", past),))
        take_in(cast.acme, [first], by=cast.ada, at=MONDAY_10)
        other = Incoming(1, "opportunity", "crm", "1", {"name": "D"}, pipeline="expansion", history=(("signal", past),))
        assert take_in(cast.acme, [other], by=cast.ada, at=LATER).rejected[0].code == "another_pipeline"


def test_a_pipeline_named_beside_what_a_known_record_says_moves_nothing(cast: Cast) -> None:
    deal = a_deal(cast)
    row = {"kind": "opportunity", "system": "crm", "external_id": "1", "pipeline": "expansion", "amount": 5}
    assert post(cast.mona, "records", row).status_code == 200
    with workspace_scope(cast.acme):
        deal.refresh_from_db()
        assert (deal.pipeline.key, deal.amount) == ("sales", 5)


def test_advance_keeps_to_the_records_own_pipeline_by_path(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        done = take_in(cast.acme, [Incoming(1, "lead", core={"email": "a@x.example"})], by=cast.dana, at=MONDAY_10)
        lead = Record.objects.get(pk=done.ids[1])
        assert advance(lead, "lifecycle/disqualified", by=cast.rick, at=LATER).stage.key == "disqualified"


@pytest.mark.parametrize("table", ["lifecycle_record", "lifecycle_stagestay"])
def test_the_database_holds_a_stage_to_its_pipeline(cast: Cast, table: str) -> None:
    a_deal(cast)
    with workspace_scope(cast.acme), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        signal = Stage.objects.get(pipeline__key="expansion", key="signal")
        cursor.execute(f"update {table} set stage_id = %s", [signal.pk])
        cursor.execute("set constraints all immediate")
