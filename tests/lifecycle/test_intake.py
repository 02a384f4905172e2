"""Taking records in: one statement decides, and every row is accounted for."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from core.history.models import Event
from core.tenancy.scope import workspace_scope
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Account, ExternalId, Record, Rejection, ScoreChange, SearchToken, StageStay, Touchpoint
from lifecycle.record_list import record_json
from tests.cast import MONDAY_10, Cast

LATER = MONDAY_10 + timedelta(hours=1)
HOT = {"employees": 200, "seniority": "VP", "demo_requested": True, "pages_viewed": 12}


def lead(line: int = 1, **core: object) -> Incoming:
    properties = core.pop("properties", {})
    rest = {key: core.pop(key) for key in ("system", "external_id", "stage", "history", "reason_key") if key in core}
    return Incoming(line=line, kind="lead", core=core, properties=properties, **rest)


@pytest.fixture
def acme(cast: Cast):
    with workspace_scope(cast.acme):
        yield cast


def test_a_lead_comes_in_whole(acme: Cast) -> None:
    outcome = take_in(
        acme.acme,
        [lead(name="Zoe Park", email=" Zoe@Initech.Example", source="Webinar", account="Initech", system="crm",
              external_id="7", properties=HOT)],
        by=acme.dana, at=MONDAY_10,
    )  # fmt: skip
    assert (outcome.created, outcome.updated, outcome.unchanged, outcome.rejected) == (1, 0, 0, [])
    record = Record.objects.select_related("stage", "account").get()
    assert (record.number, record.email, record.domain) == (1, "zoe@initech.example", "initech.example")
    assert record.account.name == "Initech"
    assert record.stage.key == "mql"
    assert record.score == 20 + 20 + 10 + 40 + 15
    stays = list(StageStay.objects.order_by("id").values_list("stage__key", "from_stage__key", "exited_at", "cause"))
    assert stays == [
        ("subscriber", None, MONDAY_10, "intake"),
        ("lead", "subscriber", MONDAY_10, "auto"),
        ("mql", "lead", None, "auto"),
    ]
    assert ExternalId.objects.get().value == "7"
    assert Touchpoint.objects.get().channel == "Webinar"
    change = ScoreChange.objects.get()
    assert sum(points for _, points in change.reasons) == change.after == record.score
    assert {"zoe", "park", "initech", "example", "7", "1"} <= set(SearchToken.objects.values_list("token", flat=True))
    kinds = list(Event.objects.filter(record_id=record.pk).order_by("id").values_list("kind", flat=True))
    assert kinds[:4] == ["record.created", *["record.entered_stage"] * 3]
    assert outcome.entered == {record.stage_id: [record.pk]}


def test_the_same_batch_twice_changes_nothing(acme: Cast) -> None:
    rows = [
        lead(line, name=f"L{line}", email=f"l{line}@x.example", account=f"Co {line % 3}", properties=HOT, system="crm",
             external_id=str(line))
        for line in range(1, 21)
    ]  # fmt: skip
    take_in(acme.acme, rows, by=acme.dana, at=MONDAY_10)
    before = [model.objects.count() for model in (Record, StageStay, Event, ScoreChange, SearchToken, Touchpoint)]
    outcome = take_in(acme.acme, rows, by=acme.dana, at=LATER)
    assert outcome.unchanged == 20
    assert before == [
        model.objects.count() for model in (Record, StageStay, Event, ScoreChange, SearchToken, Touchpoint)
    ]
    assert not Record.objects.exclude(updated_at=MONDAY_10).exists()


def test_an_update_keeps_what_is_not_named_and_clears_what_is_null(acme: Cast) -> None:
    take_in(acme.acme, [lead(name="A", email="a@x.example", source="Web", properties={"phone": "1", "region": "West"})],
            by=acme.dana, at=MONDAY_10)  # fmt: skip
    outcome = take_in(acme.acme, [lead(email="a@x.example", source=None, properties={"phone": None, "country": "NL"})],
                      by=acme.dana, at=LATER)  # fmt: skip
    assert outcome.updated == 1
    record = Record.objects.get()
    assert (record.name, record.source) == ("A", "")
    assert record.properties == {"region": "West", "country": "NL"}
    told = Event.objects.get(kind="record.updated").facts["changed"]
    assert told == {"source": ["Web", ""], "phone": ["1", None], "country": [None, "NL"]}


def test_a_later_update_lifts_a_lead_over_the_threshold(acme: Cast) -> None:
    take_in(acme.acme, [lead(email="a@x.example")], by=acme.dana, at=MONDAY_10)
    outcome = take_in(acme.acme, [lead(email="a@x.example", properties=HOT)], by=acme.dana, at=LATER)
    record = Record.objects.select_related("stage").get()
    assert record.stage.key == "mql" and outcome.entered == {record.stage_id: [record.pk]}
    assert record.entered_stage_at == LATER
    assert StageStay.objects.filter(exited_at__isnull=True).count() == 1
    assert StageStay.objects.get(stage__key="lead").exited_at == LATER


def test_a_system_that_does_not_own_a_property_only_fills_its_blank(acme: Cast) -> None:
    take_in(
        acme.acme, [lead(email="a@x.example", system="crm", properties={"employees": 10})], by=acme.dana, at=MONDAY_10
    )
    outcome = take_in(
        acme.acme, [lead(email="a@x.example", system="crm", properties={"employees": 20, "phone": "1"})],
        by=acme.dana, at=LATER,
    )  # fmt: skip
    assert outcome.held == {1: ["employees"]}
    assert Record.objects.get().properties == {"employees": 10, "phone": "1"}
    assert Event.objects.get(kind="record.write_refused").facts == {"properties": ["employees"], "system": "crm"}
    take_in(acme.acme, [lead(email="a@x.example", system="enrichment", properties={"employees": 20})],
            by=acme.dana, at=LATER)  # fmt: skip
    assert Record.objects.get().properties["employees"] == 20


def test_a_stage_asked_for_passes_the_gate_or_is_kept_as_a_rejection(acme: Cast) -> None:
    rows = [
        Incoming(1, "opportunity", core={"name": "Small"}, pipeline="sales", stage="proposal"),
        Incoming(2, "opportunity", core={"name": "Big", "amount": 10, "closes_on": MONDAY_10.date()}, stage="proposal"),
        Incoming(3, "opportunity", core={"name": "Lost"}, stage="closed_lost"),
        Incoming(4, "opportunity", core={"name": "Lost"}, stage="closed_lost", reason_key="price"),
    ]
    outcome = take_in(acme.acme, rows, by=acme.dana, at=MONDAY_10)
    assert outcome.created == 1 and outcome.rows == 4
    labels = {each.line: [unmet["label"] for unmet in each.facts["unmet"]] for each in outcome.rejected}
    no_way = "Discovery may move to Proposal"
    assert labels == {
        1: [no_way, "Amount is filled in", "Closes on is filled in", "The amount is above zero"],
        2: [no_way],
        3: ["A loss reason is chosen"],
    }
    assert Rejection.objects.filter(code="gate_closed").count() == 3
    assert not Account.objects.exists()


def test_dated_stages_become_stays_in_the_past(acme: Cast) -> None:
    days = [datetime(2025, 1, day, tzinfo=UTC) for day in (1, 5, 9)]
    history = tuple(zip(("discovery", "proposal", "closed_won"), days, strict=True))
    row = Incoming(1, "opportunity", system="crm", external_id="1", core={"name": "Deal"}, history=history)
    outcome = take_in(acme.acme, [row], by=acme.ada, at=MONDAY_10)
    assert outcome.created == 1 and outcome.entered == {}
    stays = list(StageStay.objects.order_by("entered_at").values_list("stage__key", "entered_at", "exited_at", "cause"))
    assert stays == [
        ("discovery", days[0], days[1], "history"),
        ("proposal", days[1], days[2], "history"),
        ("closed_won", days[2], None, "history"),
    ]
    record = Record.objects.select_related("stage").get()
    assert (record.stage.key, record.opened_at, record.entered_stage_at) == ("closed_won", days[0], days[2])
    assert take_in(acme.acme, [row], by=acme.ada, at=LATER).unchanged == 1
    told = json.loads(record_json(record.number))
    assert told["is_testimony"] is True
    seen = take_in(acme.acme, [Incoming(1, "opportunity", core={"name": "Seen"})], by=acme.rick, at=LATER)
    assert json.loads(record_json(seen.numbers[1]))["is_testimony"] is False
    browser = Client()
    browser.force_login(acme.ada.user, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get(f"/w/acme/records/{record.number}/").content.decode()
    assert page.count("from a file") == 3 and "with its past as a file tells it" in page


def test_later_testimony_corrects_the_earlier(acme: Cast) -> None:
    first, second = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)
    won = Incoming(1, "opportunity", "crm", "1", {"name": "D"}, history=(("discovery", first), ("closed_won", second)))
    lost = Incoming(
        2, "opportunity", "crm", "1", {"name": "D"}, history=(("discovery", first), ("closed_lost", second))
    )
    outcome = take_in(acme.acme, [won, lost], by=acme.ada, at=MONDAY_10)
    assert (outcome.created, outcome.updated) == (1, 1)
    assert list(StageStay.objects.order_by("entered_at").values_list("stage__key", flat=True)) == [
        "discovery",
        "closed_lost",
    ]
    assert Event.objects.filter(kind="record.history_corrected").count() == 1
