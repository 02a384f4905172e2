"""Moving records: the gate names every unmet line, and the journey follows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import BadInput, NotPermitted, RuleSaysNo, WorldMovedOn
from core.history.models import Event
from core.tenancy.scope import workspace_scope
from lifecycle.actions import editing
from lifecycle.actions.advancing import advance
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.actions.owning import change_owner
from lifecycle.actions.touching import log_activity
from lifecycle.models import Activity, Record, ScoreChange, Stage, StageStay
from lifecycle.rules.gates import GateClosed
from tests.cast import MONDAY_10, Cast

LATER = MONDAY_10 + timedelta(hours=1)


@pytest.fixture
def acme(cast: Cast):
    with workspace_scope(cast.acme):
        yield cast


def a_lead(acme: Cast, **core: object) -> Record:
    properties = core.pop("properties", {})
    core.setdefault("email", "zoe@initech.example")
    row = Incoming(1, "lead", core=core, properties=properties)
    outcome = take_in(acme.acme, [row], by=acme.dana, at=MONDAY_10)
    return Record.objects.get(pk=outcome.ids[1])


def a_deal(acme: Cast, **core: object) -> Record:
    row = Incoming(1, "opportunity", core={"name": "Deal", **core})
    return Record.objects.get(pk=take_in(acme.acme, [row], by=acme.dana, at=MONDAY_10).ids[1])


def stays(record: Record) -> list[tuple[str, bool, str]]:
    found = StageStay.objects.filter(record=record).order_by("entered_at", "exited_at", "id")
    return [(each.stage.key, each.exited_at is None, each.cause) for each in found.select_related("stage")]


def test_an_open_gate_lets_the_record_through(acme: Cast) -> None:
    record = a_lead(acme)
    moved = advance(record, "disqualified", by=acme.rick, at=LATER)
    assert moved.stage.key == "disqualified" and moved.entered_stage_at == LATER
    assert stays(record)[-2:] == [("lead", False, "auto"), ("disqualified", True, "advance")]
    event = Event.objects.get(kind="record.entered_stage", facts__to="lifecycle/disqualified")
    assert event.actor_id == acme.rick.pk and event.facts["from"] == "lifecycle/lead"


def test_a_shut_gate_names_every_unmet_line(acme: Cast) -> None:
    record = a_deal(acme)
    with pytest.raises(GateClosed) as refused:
        advance(record, "negotiation", by=acme.rick, at=LATER)
    assert [each["label"] for each in refused.value.facts["unmet"]] == [
        "Discovery may move to Negotiation",
        "Amount is filled in",
        "Closes on is filled in",
        "Next step is filled in",
    ]
    assert stays(record) == [("discovery", True, "intake")]


def test_a_stage_nobody_knows_is_bad_input(acme: Cast) -> None:
    with pytest.raises(BadInput):
        advance(a_lead(acme), "nirvana", by=acme.rick, at=LATER)


def test_a_leader_may_not_move_records(acme: Cast) -> None:
    with pytest.raises(NotPermitted):
        advance(a_lead(acme), "disqualified", by=acme.vera, at=LATER)


def test_a_loss_needs_its_reason(acme: Cast) -> None:
    record = a_deal(acme)
    with pytest.raises(GateClosed) as refused:
        advance(record, "closed_lost", by=acme.rick, at=LATER)
    assert [each["part"] for each in refused.value.facts["unmet"]] == ["reason"]
    with pytest.raises(BadInput):
        advance(record, "closed_lost", by=acme.rick, at=LATER, reason_key="other")
    advance(record, "closed_lost", by=acme.rick, at=LATER, reason_key="price")
    assert StageStay.objects.get(record=record, exited_at__isnull=True).reason_key == "price"


def test_an_override_needs_a_role_and_a_reason_and_keeps_what_it_passed(acme: Cast) -> None:
    record = a_deal(acme)
    with pytest.raises(NotPermitted):
        advance(record, "closed_won", by=acme.rick, at=LATER, override=True, reason_key="history")
    with pytest.raises(BadInput):
        advance(record, "closed_won", by=acme.mona, at=LATER, override=True)
    advance(record, "closed_won", by=acme.mona, at=LATER, override=True, reason_key="history")
    stay = StageStay.objects.get(record=record, exited_at__isnull=True)
    assert (stay.cause, stay.reason_key) == ("override", "history")
    event = Event.objects.get(kind="record.entered_stage", facts__to="sales/closed_won")
    assert [each["part"] for each in event.facts["overridden"]] == ["move", "required", "entry"]


def test_who_saw_an_older_stage_is_told_the_world_moved_on(acme: Cast) -> None:
    record = a_lead(acme)
    stale = Record.objects.get(pk=record.pk)
    advance(record, "disqualified", by=acme.rick, at=LATER)
    with pytest.raises(WorldMovedOn):
        advance(stale, "recycled", by=acme.rosa, at=LATER)


def test_a_qualified_lead_becomes_an_opportunity_and_follows_it(acme: Cast) -> None:
    lead = a_lead(acme, account="Initech", owner_id=acme.rick.pk, properties={"use_case": "Routing"})
    for stage in ("sql", "opportunity"):
        advance(lead, stage, by=acme.mona, at=LATER, override=True, reason_key="history")
    deal = lead.followers.get()
    assert (deal.kind, deal.stage.key, deal.name, deal.owner_id) == (
        "opportunity",
        "discovery",
        "Initech",
        acme.rick.pk,
    )
    assert deal.properties["use_case"] == "Routing" and deal.account == lead.account
    editing.edit_record(deal, core={"amount": 100}, by=acme.rick, at=LATER)
    advance(deal, "closed_won", by=acme.mona, at=LATER, override=True, reason_key="history")
    lead.refresh_from_db()
    assert lead.stage.key == "customer"
    assert stays(lead)[-1] == ("customer", True, "journey")
    advance(lead, "lost", by=acme.mona, at=LATER, reason_key="price")
    assert lead.followers.count() == 1


def moving(deals: list[Record], stage: str) -> list[Incoming]:
    """A row of a batch for each deal, which asks for the stage."""
    return [Incoming(line, "opportunity", record_id=deal.pk, stage=stage) for line, deal in enumerate(deals)]


def test_a_set_moves_where_the_gate_is_open(acme: Cast) -> None:
    ready, shut = a_deal(acme), a_deal(acme)
    editing.edit_record(ready, properties={"use_case": "Routing"}, by=acme.rick, at=LATER)
    outcome = take_in(acme.acme, moving([ready, shut], "qualification"), by=acme.rick, at=LATER)
    assert outcome.entered == {Stage.objects.get(key="qualification", pipeline__key="sales").pk: [ready.pk]}
    [refused] = outcome.rejected
    assert (refused.line, [each["label"] for each in refused.facts["unmet"]]) == (1, ["Use case is filled in"])


def test_moving_many_costs_the_same_queries_as_moving_few(acme: Cast) -> None:
    deals = [a_deal(acme) for _ in range(8)]
    for deal in deals:
        editing.edit_record(deal, properties={"use_case": "Routing"}, by=acme.rick, at=LATER)
    with CaptureQueriesContext(connection) as few:
        take_in(acme.acme, moving(deals[:2], "qualification"), by=acme.rick, at=LATER)
    with CaptureQueriesContext(connection) as many:
        take_in(acme.acme, moving(deals[2:], "qualification"), by=acme.rick, at=LATER)
    assert len(few) == len(many) < 15


def test_a_qualifying_touch_is_one_from_us_with_an_outcome(acme: Cast) -> None:
    record = a_lead(acme)
    log_activity(record, kind="note", by=acme.rick, at=LATER)
    log_activity(record, kind="call", direction="inbound", outcome="Connected", by=acme.rick, at=LATER)
    log_activity(record, kind="call", by=acme.rick, at=LATER)
    log_activity(record, kind="call", outcome="Connected", by=acme.rick, at=LATER)
    log_activity(record, kind="email", outcome="sent ", by=acme.rick, at=LATER)
    assert list(Activity.objects.order_by("id").values_list("is_qualifying", flat=True)) == [False] * 3 + [True] * 2


def test_activity_freshens_the_score(acme: Cast) -> None:
    record = a_lead(acme, properties={"demo_requested": True})
    log_activity(record, kind="email", by=acme.rick, at=MONDAY_10)
    record.refresh_from_db()
    assert record.score == 50
    much_later = MONDAY_10 + timedelta(days=30)
    editing.edit_record(record, properties={"phone": "1"}, by=acme.rick, at=much_later)
    assert record.score == 30
    log_activity(record, kind="email", by=acme.rick, at=much_later)
    record.refresh_from_db()
    assert record.score == 50
    change = ScoreChange.objects.order_by("-at", "-id").first()
    assert (change.before, change.after, change.cause) == (30, 50, "activity")


def test_an_edit_of_what_another_system_owns_changes_nothing(acme: Cast) -> None:
    record = a_lead(acme, properties={"employees": 10})
    with pytest.raises(RuleSaysNo) as refused:
        editing.edit_record(record, properties={"employees": 20, "phone": "1"}, by=acme.rick, at=LATER)
    assert refused.value.field == "employees"
    record.refresh_from_db()
    assert record.properties == {"employees": 10}


def test_a_new_owner_brings_the_team(acme: Cast) -> None:
    record = a_lead(acme)
    change_owner(record, acme.rick, by=acme.mona, at=LATER)
    assert (record.owner_id, record.team.function) == (acme.rick.pk, "sales")
    change_owner(record, None, by=acme.mona, at=LATER)
    assert (record.owner_id, record.team_id) == (None, None)
