"""A file of events: each row adds a stage to the past of its record, as it was told, and never twice."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.history.models import Event
from core.people.models import Team, Workspace
from core.tenancy.scope import workspace_scope
from imports.tasks import run_imports
from lifecycle.models import Import, Record, Rejection, ReplacedStay, StageStay, StayChange
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("nothing_lost")
MAPPING: dict[str, Any] = {
    "target": "events",
    "pipeline": "sales",
    "system": "old_crm",
    "columns": {"Case": "external_id", "Activity": "stage", "When": {"to": "happened_at", "format": "YYYY-MM-DD"}},
    "values": {"Activity": {"Talked": "discovery", "Offered": "proposal", "Signed": "closed_won", "Note": ""}},
}
LOG = """Case,Activity,When
D1,Talked,2025-01-02 09:00
D2,Talked,2025-01-03
D1,Offered,2025-02-03
D1,Note,2025-02-04
D1,Talked,2025-03-01
D1,Offered,2025-03-05
D2,Offered,2025-03-09
D1,Signed,2025-04-01
D9,Talked,2025-04-01
D2,Dreamt,2025-04-02
D2,Signed,2099-01-01
D2,Signed,
"""


def bring(client: Client, content: str, mapping: dict[str, Any], name: str = "log.csv") -> Import:
    sent = {"file": SimpleUploadedFile(name, content.encode()), "mapping": json.dumps(mapping)}
    answer = client.post("/api/v1/w/acme/imports", sent)
    assert answer.status_code == 201, answer.content
    acme = Workspace.objects.get(slug="acme")
    run_imports(str(acme.pk))
    with workspace_scope(acme):
        job = Import.objects.get(number=answer.json()["number"])
        assert job.state == "finished", job.error
        return job


def counts(job: Import) -> tuple[int, int, int, int]:
    return job.created_count, job.updated_count, job.unchanged_count, job.rejected_count


def past(deal: Record) -> list[tuple[str, str, str]]:
    stays = deal.stays.select_related("stage").order_by("entered_at", "exited_at")
    return [
        (stay.stage.key, f"{stay.entered_at:%Y-%m-%d}", f"{stay.exited_at:%Y-%m-%d}" if stay.exited_at else "")
        for stay in stays
    ]


def test_a_process_of_another_system_is_replayed_stage_by_stage(cast: Cast, ada: Client) -> None:
    deals = "Deal ID,Deal Name\nD1,Alpha\nD2,Beta\n"
    place = {"target": "opportunities", "pipeline": "sales", "system": "old_crm"}
    bring(ada, deals, {**place, "columns": {"Deal ID": "external_id", "Deal Name": "name"}})
    job = bring(ada, LOG, MAPPING)
    with workspace_scope(cast.acme):
        alpha, beta = Record.objects.get(name="Alpha"), Record.objects.get(name="Beta")
        assert past(alpha) == [
            ("discovery", "2025-01-02", "2025-02-02"),
            ("proposal", "2025-02-02", "2025-02-28"),
            ("discovery", "2025-02-28", "2025-03-04"),
            ("proposal", "2025-03-04", "2025-03-31"),
            ("closed_won", "2025-03-31", ""),
        ], "days are days of Berlin, and a stage may be entered again"
        assert alpha.stage.key == "closed_won" and alpha.opened_at == datetime(2025, 1, 2, 8, tzinfo=UTC)
        assert past(beta)[-1] == ("proposal", "2025-03-08", "")
        assert {stay.cause for stay in alpha.stays.all()} == {"history"}, "testimony, no move"
        assert not alpha.handoffs.exists()
        refused = dict(Rejection.objects.filter(of=job).values_list("line", "code"))
        corrected = Event.objects.filter(kind="record.history_corrected").count()
    assert counts(job) == (0, 7, 1, 4)
    assert refused == {10: "unknown_record", 11: "unknown_stage", 12: "in_the_future", 13: "no_moment"}
    assert corrected == 2, "one for each record, however many events"

    again = bring(ada, LOG, MAPPING)
    assert counts(again) == (0, 0, 8, 4), "the same file changes nothing"
    late = bring(ada, "Case,Activity,When\nD2,Talked,2025-03-12\n", MAPPING)
    assert counts(late) == (0, 1, 0, 0)
    with workspace_scope(cast.acme):
        beta.refresh_from_db()
        assert past(beta)[-2:] == [("proposal", "2025-03-08", "2025-03-11"), ("discovery", "2025-03-11", "")]
        assert beta.stage.key == "discovery"
        assert ReplacedStay.objects.filter(record=beta).count() == 3, "what was told otherwise is kept"


def test_events_alone_may_make_their_records(cast: Cast, ada: Client) -> None:
    job = bring(
        ada, "Case,Activity,When\nD7,Talked,2025-01-02\nD7,Signed,2025-03-01\n", {**MAPPING, "unknown_record": "create"}
    )
    assert counts(job) == (1, 1, 0, 0)
    with workspace_scope(cast.acme):
        made = Record.objects.get()
        assert (made.name, made.kind, made.stage.key, len(past(made))) == ("D7", "opportunity", "closed_won", 2)


def test_the_page_guesses_a_log_and_shows_what_each_row_says(cast: Cast, ada: Client) -> None:
    sent = {
        "file": SimpleUploadedFile("log.csv", LOG.replace("Case", "Case ID").replace("When", "Timestamp").encode()),
    }
    place = ada.post("/w/acme/imports/", sent)["Location"]
    run_imports(str(cast.acme.pk))
    page = ada.get(place).content.decode()
    for said in ("Ids that no record has", "It has nothing but its past", "no stage is named for"):
        assert said in page, said
    assert "Keep as an attribute" not in page and "Rows that repeat an id" not in page
    number = int(place.strip("/").rpartition("/")[2])
    told = ada.get(f"/api/v1/w/acme/imports/{number}").json()["mapping"]
    assert {header: column["to"] for header, column in told["columns"].items()} == {
        "Case ID": "external_id", "Activity": "stage", "Timestamp": "happened_at",
    }  # fmt: skip
    told["columns"]["Activity"] = {"to": "skip"}
    refused = ada.put(f"/api/v1/w/acme/imports/{number}/mapping", told, content_type="application/json")
    assert refused.status_code == 422 and "the stage it entered, or who owned it" in refused.json()["detail"]
    assert ada.post(f"{place}mapping/", {"do": "start", "to-0": "external_id"}).status_code == 422


def test_owners_and_teams_are_told_for_their_time(cast: Cast, ada: Client) -> None:
    log = """Case,Activity,When,Who,Team
D1,Talked,2025-01-02,Dana,
D1,,2025-01-20,Rick,Marketing
D1,Offered,2025-02-03,,
D1,,2025-02-10,Nobody Known,
D1,,2025-02-10,,No Such Team
D2,Talked,2025-01-03,Rick,
D2,,2025-03-01,Dana,
"""
    deals = "Deal ID,Deal Name,Owner\nD1,Alpha,\nD2,Beta,Rick\n"
    place = {
        "target": "opportunities",
        "pipeline": "sales",
        "system": "old_crm",
        "history": True,
        "as_of": "2025-01-02",
    }
    bring(ada, deals, {**place, "columns": {"Deal ID": "external_id", "Deal Name": "name", "Owner": "owner"}})
    with workspace_scope(cast.acme):
        before = list(StageStay.objects.order_by("record__number", "entered_at").values())
        owners = list(Record.objects.order_by("number").values_list("owner_id", flat=True))
    mapping = {**MAPPING, "columns": {**MAPPING["columns"], "Who": "owner", "Team": "team"}, "unknown_owner": "reject"}
    job = bring(ada, log, mapping)
    assert counts(job) == (0, 5, 0, 2)
    names = {cast.dana.pk: "Dana", cast.rick.pk: "Rick", None: ""}

    def held(name: str) -> list[tuple[str, str, str]]:
        stays = StageStay.objects.filter(record__name=name).order_by("entered_at")
        told = stays.values_list("stage__key", "owner_id", "left_owner_id")
        return [(stage, names[owner], names[left]) for stage, owner, left in told]

    with workspace_scope(cast.acme):
        assert held("Alpha")[-2:] == [("discovery", "Dana", "Rick"), ("proposal", "Rick", "")]
        assert held("Beta")[-1] == ("discovery", "Rick", "")
        marketing = Team.objects.get(function="marketing", name="Marketing")
        assert StageStay.objects.get(record__name="Alpha", exited_at=None).team_id == marketing.pk, "as it was told"
        codes = Rejection.objects.filter(of=job).order_by("line").values_list("code", flat=True)
        assert list(codes) == ["unknown_owner", "unknown_team"]
        changes = StayChange.objects.order_by("record__number", "at")
        told = [(each.record.name, names[each.owner_before], names[each.owner_after]) for each in changes]
        assert told == [("Alpha", "Dana", "Rick"), ("Beta", "Rick", "Dana"), ("Beta", "Dana", "Rick")]
        assert Record.objects.get(name="Alpha").owner_id == cast.rick.pk, "nobody owned it, and the last one told does"
        assert Record.objects.get(name="Beta").owner_id == cast.rick.pk, "an owner of today stays, and that is told"
        replaced = ReplacedStay.objects.count()
    assert counts(bring(ada, log, mapping)) == (0, 0, 5, 2), "the same file changes nothing"
    with workspace_scope(cast.acme):
        assert (ReplacedStay.objects.count(), StayChange.objects.count()) == (replaced, 3)

    undo = f"/api/v1/w/acme/imports/{job.number}/undo"
    for address, body in ((undo, {}), (f"{undo}/confirmation", {})):
        assert ada.post(address, body, content_type="application/json").status_code == 202
        run_imports(str(cast.acme.pk))
    assert ada.get(undo).json()["counts"]["set_back"] == 2
    with workspace_scope(cast.acme):
        assert list(StageStay.objects.order_by("record__number", "entered_at").values()) == before
        assert list(Record.objects.order_by("number").values_list("owner_id", flat=True)) == owners
        assert not StayChange.objects.filter(owner_after=cast.dana.pk).exists()
