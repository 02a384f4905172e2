"""A touch that another system tells of: when it took place, once, and no clock stopped by hindsight."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.errors import WorldMovedOn
from core.history.models import Event
from core.tenancy.scope import workspace_scope
from handoffs.actions.answering import accept
from handoffs.models import Handoff
from integrations.actions import issue_key
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.actions.touching import log_activity
from lifecycle.models import Activity, Record
from tests.cast import MONDAY_10, Cast

pytestmark = pytest.mark.django_db
HOT = {"employees": 200, "seniority": "VP", "demo_requested": True, "pages_viewed": 12}
CALL = {"kind": "call", "outcome": "Connected"}


@pytest.fixture
def leads(cast: Cast) -> Cast:
    with workspace_scope(cast.acme):
        rows = [Incoming(line, "lead", core={"email": f"l{line}@x.example"}, properties=HOT) for line in (1, 2)]
        take_in(cast.acme, rows, by=cast.dana, at=MONDAY_10)
    return cast


def program(cast: Cast, name: str) -> Client:
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        issued = issue_key(name=name, scopes=["records:write"], by=cast.ada, at=MONDAY_10)
    return Client(headers={"Authorization": f"Bearer {issued.key}"})


def log(caller: Client, body: dict[str, Any], number: int = 1) -> Any:
    return caller.post(f"/api/v1/w/acme/records/{number}/activities", json.dumps(body), content_type="application/json")


def test_a_touch_keeps_when_it_took_place(leads: Cast) -> None:
    at = timezone.now() - timedelta(hours=3)
    told = log(program(leads, "Phone"), {**CALL, "at": at.isoformat()})
    assert told.status_code == 201 and datetime.fromisoformat(told.json()["at"]) == at
    with workspace_scope(leads.acme):
        assert Activity.objects.get().at == at == Record.objects.get(number=1).last_activity_at
        assert Event.objects.get(kind="activity.logged").facts["happened_at"] == at.isoformat()


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (timezone.now() + timedelta(days=1), "in_the_future"),
        (datetime(2199, 1, 1, tzinfo=UTC), "in_the_future"),
        (datetime(1970, 1, 1, tzinfo=UTC), "too_long_ago"),
    ],
)
def test_a_touch_of_the_future_or_of_another_age_is_refused(leads: Cast, at: datetime, code: str) -> None:
    told = log(program(leads, "Phone"), {**CALL, "at": at.isoformat()})
    assert (told.status_code, told.json()["code"], told.json()["field"]) == (422, code, "at")


def test_a_clock_that_runs_a_little_ahead_is_no_future(leads: Cast) -> None:
    assert log(program(leads, "Phone"), {**CALL, "at": (timezone.now() + timedelta(seconds=90)).isoformat()}).json()
    with workspace_scope(leads.acme):
        assert Activity.objects.get().at <= timezone.now()


def test_the_same_id_from_the_same_system_is_the_same_touch(leads: Cast) -> None:
    phone, mail = program(leads, "Phone"), program(leads, "Mail")
    body = {**CALL, "external_id": "c-1"}
    assert [log(phone, body).status_code for _ in range(3)] == [201, 200, 200]
    assert log(mail, body).status_code == 201
    other = log(phone, body, number=2)
    assert (other.status_code, other.json()["code"]) == (409, "told_of_another")
    with workspace_scope(leads.acme):
        kept = Activity.objects.order_by("id").values_list("system", "external_id")
        assert list(kept) == [("phone", "c-1"), ("mail", "c-1")]
        assert Event.objects.filter(kind="activity.logged").count() == 2


def test_a_touch_before_the_offer_is_no_first_touch_and_none_is_in_time_afterwards(leads: Cast) -> None:
    with workspace_scope(leads.acme):
        record = Record.objects.get(number=1)
        handoff = Handoff.objects.get(record=record)
        log_activity(
            record,
            **CALL,
            by=handoff.assignee,
            at=MONDAY_10 + timedelta(hours=1),
            happened_at=MONDAY_10 - timedelta(hours=1),
        )
        handoff.refresh_from_db()
        assert handoff.first_touched_at is None
        accept(handoff, by=handoff.assignee, at=MONDAY_10 + timedelta(hours=1))
        handoff.refresh_from_db()
        late = handoff.touch_due_at + timedelta(hours=1)
        log_activity(record, **CALL, by=handoff.assignee, at=late, happened_at=MONDAY_10 + timedelta(minutes=1))
        handoff.refresh_from_db()
        assert handoff.first_touched_at == late


def test_a_touch_told_of_another_record_in_the_same_moment_is_refused(leads: Cast) -> None:
    with workspace_scope(leads.acme):
        one, two = Record.objects.order_by("number")
        log_activity(one, **CALL, by=leads.rick, at=MONDAY_10, external_id="x")
        with pytest.raises(WorldMovedOn):
            log_activity(two, **CALL, by=leads.rick, at=MONDAY_10, external_id="x")
