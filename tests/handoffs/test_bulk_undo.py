"""What was done to many is taken back within ten seconds: all is as before, and what moved on meanwhile is named."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db.models import F, OuterRef, Sum
from django.db.models.functions import Coalesce
from django.test import Client

from blueprint.documents import blueprint_of
from core.history.models import Event
from core.notices.models import Notice
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering, pausing, scanning
from handoffs.actions.in_bulk.acting import act_on_many
from handoffs.actions.in_bulk.bulk_rows import BulkResult, BulkVerb
from handoffs.actions.in_bulk.bulk_undo import undo_deed
from handoffs.actions.pausing_by_state import look_at
from handoffs.models import BulkDeed, Clock, Commitment, Handoff, Pause, PlaybookRun, Rotation, Task, TurnMove
from lifecycle.actions.touching import log_activity
from lifecycle.models import Account, AccountOwner, Record
from revops.audit.running import audit
from tests.cast import MONDAY_10, Cast
from tests.counting import statements
from tests.governance.drafts import published
from tests.handoffs.factories import make_records, offer_records
from tests.handoffs.test_api import API, as_
from tests.handoffs.test_in_bulk import offered, sold, wish

pytestmark = pytest.mark.django_db
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
DEEDS = [
    (BulkVerb.ACCEPT, "", None),
    (BulkVerb.REJECT, "no_budget", None),  # to another stage
    (BulkVerb.REJECT, "inaccurate_data", None),  # back to its sender
    (BulkVerb.REJECT, "wrong_territory", None),  # to somebody else at once
    (BulkVerb.RECALL, "", None),
    (BulkVerb.REASSIGN, "", "rosa"),
    (BulkVerb.REASSIGN, "", "pool"),
]


def as_it_is() -> dict[str, Counter[Any]]:
    """What holds now, however it came to be so."""
    fields = ("number", "state", "assignee", "queue", "due_at", "touch_due_at", "paused_until", "reason", "note")
    clocks = Clock.objects.filter(stopped_at=None)
    owners = AccountOwner.objects.filter(until=None)
    news = Notice.objects.filter(seen_at=None).exclude(kind="returned")
    moved = TurnMove.objects.filter(pool=OuterRef("pool"), member=OuterRef("member")).values("pool")
    turns = Rotation.objects.annotate(all=F("given") + Coalesce(moved.annotate(sum=Sum("turns")).values("sum"), 0))
    tasks = Task.objects.filter(done_at=None)
    rows: dict[str, Any] = {
        "handoffs": Handoff.objects.exclude(state="recalled").values_list(*fields, "result"),
        "records": Record.objects.values_list("number", "stage", "owner", "team"),
        "clocks": [
            (each.handoff_id, each.kind, each.member_id, each.started_at, each.due_at, str(each.ahead))
            for each in clocks
        ],
        "pauses": Pause.objects.filter(ended_at=None).values_list("handoff", "kind", "at", "until_at"),
        "tasks": tasks.values_list("kind", "title", "assignee", "handoff", "due_at"),
        "news": news.values_list("member", "kind", "about", "number"),
        "companies": owners.values_list("account", "function", "member", "is_named", "cause"),
        "turns": turns.values_list("pool", "member", "all"),
        "promises": Commitment.objects.values_list("title"),
        "playbooks": PlaybookRun.objects.filter(ended_at=None).values_list("record", "playbook"),
    }
    return {name: Counter(map(str, those)) for name, those in rows.items()}


def broken(cast: Cast) -> dict[str, Any]:
    """Which identities do not hold, of what the factories made, too."""
    told = {each.key: each.examples for each in audit(cast.acme) if each.broken}
    return {key: examples for key, examples in told.items() if key != "due_steps_are_taken"}  # no clock runs here


def do(cast: Cast, verb: BulkVerb, handoffs: list[Handoff], at: Any, reason: str = "", to: Any = None) -> BulkResult:
    asked = wish(verb, handoffs, to, reason=reason)
    return act_on_many(cast.acme, asked, by=cast.ada, at=at, is_kept=True)


def test_every_verb_is_taken_back_with_all_it_did(acme: Cast) -> None:
    late, *others = offered(acme, 3)
    deals = sold(acme)
    company = Account.objects.create(number=7, name="Initech", name_key="initech")
    Record.objects.filter(pk__in=[each.record_id for each in deals]).update(account=company)
    since = {"account": company, "function": "cs", "since": MONDAY_10}
    AccountOwner.objects.create(member=acme.mona, cause="hand", **since)
    at = late.due_at + HOUR
    paused, asked, *fresh = offer_records(acme.acme, make_records(acme.acme, 4), by=acme.dana, at=at - HOUR)
    pausing.pause(paused, pausing.WantedPause("meeting_agreed"), by=acme.ada, at=at - HOUR / 2)
    while scanning.scan(acme.acme, at):  # a task asks for each answer
        pass
    handoffs, before, were = [late, *others, paused, asked, *fresh, *deals], as_it_is(), broken(acme)
    for verb, reason, to in DEEDS:
        with pytest.raises(RuntimeError, match="back"), workspace_scope(acme.acme):
            undo_id = taken_back(acme, before, handoffs, at, verb, reason, {"rosa": acme.rosa}.get(to or ""))
            assert broken(acme) == were, (verb, reason)
            again = undo_deed(acme.acme, undo_id, by=acme.ada, at=at + HOUR)
            assert again.done == 0 and again.already >= 5
            if verb in (BulkVerb.ACCEPT, BulkVerb.REASSIGN):  # and all can be done as ever
                taken_back(acme, before, handoffs, at + 9 * SECOND, verb, reason, {"rosa": acme.rosa}.get(to or ""))
            raise RuntimeError("back to where all began")


def taken_back(
    cast: Cast, before: Any, handoffs: list[Handoff], at: Any, verb: BulkVerb, reason: str, to: Member | None
) -> UUID:
    done = do(cast, verb, handoffs, at, reason, to)
    assert done.done >= len(handoffs) - 5 and done.undo_id and done.undo_until and as_it_is() != before
    undone = undo_deed(cast.acme, done.undo_id, by=cast.ada, at=at + 3 * SECOND)
    told = [(row.number, row.code, row.detail) for row in undone.rows if not row.is_done]
    assert (undone.done, told) == (done.done, []), (verb, reason)
    after = as_it_is()
    for name, rows in before.items():
        assert after[name] == rows, (verb, reason, name)
    return done.undo_id


def test_what_stands_still_by_its_state_does_so_as_if_nothing_had_been_done(cast: Cast) -> None:
    on_hold = [{"label": "It is on hold", "expression": 'source == "hold"'}]
    with workspace_scope(cast.acme):
        cast.acme = published(cast, [(["seams", {"key": "marketing_to_sales"}, "pause_when"], on_hold)])
        records = make_records(cast.acme, 2, source="hold")
        handoffs, at = offer_records(cast.acme, records, by=cast.dana), MONDAY_10 + HOUR / 4
        look_at(blueprint_of(cast.acme), [each.pk for each in records], at)
        before = as_it_is()
        for verb, reason, to in (DEEDS[0], DEEDS[2], DEEDS[5]):
            at += HOUR / 60
            assert taken_back(cast, before, handoffs, at, verb, reason, cast.cleo if to else None)


def test_what_moved_on_is_named_and_left_and_the_rest_goes_back(acme: Cast) -> None:
    handoffs = offered(acme, 6)
    company = Account.objects.create(number=7, name="Initech", name_key="initech")
    Record.objects.filter(pk__in=[each.record_id for each in handoffs[:2]]).update(account=company)
    at = MONDAY_10 + HOUR
    done = do(acme, BulkVerb.REASSIGN, handoffs, at, to=acme.cleo)
    assert done.done == 6 and done.undo_id
    answered, touched, kept, *_ = handoffs
    answering.accept(answered, by=acme.mona, at=at + SECOND)
    log_activity(touched.record, kind="call", outcome="Connected", by=acme.cleo, at=at + SECOND)
    pausing.pause(kept, pausing.WantedPause("meeting_agreed"), by=acme.cleo, at=at + SECOND)
    undone = undo_deed(acme.acme, done.undo_id, by=acme.ada, at=at + 4 * SECOND)
    told = {row.number: (row.code, row.detail, row.facts) for row in undone.rows if not row.is_done}
    assert {number: code for number, (code, *_) in told.items()} == {
        answered.number: "handoff_already_answered",
        touched.number: "done_since",
        kept.number: "done_since",
    }
    code, detail, facts = told[kept.number]
    assert "The clock stands still" in detail and f"handoff #{kept.number}, record #{kept.record.number}" in detail
    assert (facts["by"], facts["handoff"], facts["record"]) == ("Cleo", kept.number, kept.record.number)
    assert (undone.done, undone.refused) == (3, 3) and Handoff.objects.filter(assignee=acme.cleo).count() == 3
    again = undo_deed(acme.acme, done.undo_id, by=acme.ada, at=at + HOUR)
    assert (again.already, again.refused) == (3, 3)  # in another tab, or sent again
    assert Event.objects.filter(kind="handoff.reassignment_undone").count() == 3


def test_who_did_it_takes_it_back_within_ten_seconds_and_nobody_else(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        handoffs = offered(cast, 4)
    numbers = [each.number for each in handoffs]
    body = {"verb": "recall", "numbers": numbers[:2], "note": "Too soon"}
    with time_machine.travel(MONDAY_10 + HOUR, tick=False) as clock:
        as_(cast.mona, client)
        rehearsed = client.post(f"{API}/handoffs/bulk", {**body, "rehearse": True}, "application/json").json()
        assert rehearsed["undo_id"] is None and rehearsed["done"] == 2
        done = client.post(f"{API}/handoffs/bulk", body, "application/json").json()
        address = f"{API}/handoffs/bulk/{done['undo_id']}"
        assert (
            done["undo_until"] >= "2026-03-02T11:00:10"
            and client.delete(f"{API}/handoffs/bulk/{uuid4()}").status_code == 404
        )
        refused = as_(cast.ada, client).delete(address)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
        clock.shift(9 * SECOND)
        back = as_(cast.mona, client).delete(address).json()
        assert (back["done"], back["refused"], back["undo_id"], back["verb"]) == (2, 0, None, "recall")
        assert {row["after"] for row in back["rows"]} == {"Rick", "Rosa"}
        assert client.delete(address).json()["already"] == 2
        said = {"verb": "reject", "reason": "no_budget", "number": numbers, "sure": "yes", "state": "late"}
        page = client.post("/w/acme/handoffs/team/bulk/", said).content.decode()
        [deed] = deeds(cast)
        undo = f"/w/acme/handoffs/team/bulk/{deed}/undo/"
        assert undo in page and "Undo all 4" in page
        clock.shift(30 * SECOND)
        late = client.delete(f"{API}/handoffs/bulk/{deed}")
        assert (late.status_code, late.json()["code"]) == (422, "too_late_to_undo")
        assert client.post(undo).status_code == 422
        clock.shift(-25 * SECOND)
        taken = client.post(undo, {"state": "late"}).content.decode()
        assert "4 taken back" in taken and "Undo all" not in taken and "state=late" in taken


def deeds(cast: Cast) -> list[Any]:
    with workspace_scope(cast.acme):
        return list(BulkDeed.objects.filter(verb="reject").values_list("pk", flat=True))


def test_the_queries_do_not_grow_with_what_is_taken_back(acme: Cast) -> None:
    spent = []
    for count in (2, 20):
        done = do(acme, BulkVerb.ACCEPT, offered(acme, count), MONDAY_10 + HOUR)
        assert done.undo_id
        with statements() as said:
            assert undo_deed(acme.acme, done.undo_id, by=acme.ada, at=MONDAY_10 + HOUR + SECOND).done == count
        spent.append(len(said))
    assert spent[1] - spent[0] <= 4, spent
