"""While a handoff is offered, no move of its record answers it on the side, whatever door the move comes through."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.errors import BadInput, NotPermitted, RuleSaysNo
from core.history.models import Event
from core.people.key_in_hand import KeyInHand
from core.people.models import Member
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering
from handoffs.actions import packets as packing
from handoffs.models import Assignment, Handoff
from handoffs.refused import AcceptanceRefused, PacketIncomplete
from lifecycle.actions.advancing import advance
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.actions.waiting import AnswerFirst
from lifecycle.models import Record, Rejection
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import as_testimony, make_records, offer_records

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = MONDAY_10 + HOUR


@pytest.fixture
def acme(cast: Cast):  # type: ignore[no-untyped-def]
    with workspace_scope(cast.acme):
        yield cast


def offered(cast: Cast, **fields: Any) -> tuple[Handoff, Member, Member]:
    """An offered lead, who has it, and the colleague who has not."""
    [handoff] = offer_records(cast.acme, make_records(cast.acme, **fields), by=cast.dana)
    is_ricks = handoff.assignee_id == cast.rick.pk
    return handoff, *((cast.rick, cast.rosa) if is_ricks else (cast.rosa, cast.rick))


def still_waits(handoff: Handoff) -> bool:
    """Nothing at all has changed: offered, in its stage, with its open assignment and no answer."""
    present = Handoff.objects.select_related("record").get(pk=handoff.pk)
    return (
        (present.state, present.answered_at, present.due_at) == ("offered", None, handoff.due_at)
        and present.record.stage_id == handoff.record.stage_id
        and Assignment.objects.filter(handoff=handoff, ended_at__isnull=True).count() == 1
    )


def row(record: Record, stage: str = "", **more: Any) -> Incoming:
    return Incoming(1, "lead", core={"email": record.email}, stage=stage, **more)


def test_moving_to_the_accept_stage_is_accepting_by_the_same_action(acme: Cast) -> None:
    handoff, rep, _ = offered(acme)
    advance(handoff.record, "sal", by=rep, at=LATER)
    handoff.refresh_from_db()
    assert (handoff.state, handoff.answered_by_id) == ("accepted", rep.pk)
    assert handoff.clocks.get(stopped_at=None).next_rung_at == handoff.touch_due_at
    assert Record.objects.get(pk=handoff.record_id).owner_id == rep.pk
    assert Event.objects.get(kind="handoff.accepted").facts["sla"] == "met"
    assert Event.objects.filter(kind="record.entered_stage").count() == 1


def test_a_colleague_cannot_take_it_by_moving_the_record(acme: Cast) -> None:
    handoff, rep, other = offered(acme)
    for who, stage in ((other, "sal"), (acme.dana, "sal"), (other, "disqualified"), (acme.dana, "disqualified")):
        with pytest.raises(AnswerFirst) as refused:
            advance(handoff.record, stage, by=who, at=LATER, reason_key="" if stage == "sal" else "duplicate")
        assert (refused.value.status, refused.value.code) == (409, "handoff_open")
        assert refused.value.facts["handoff"] == handoff.number
        assert refused.value.facts["assignee"] == rep.name and rep.name in refused.value.detail
        assert still_waits(handoff)


def test_a_key_without_the_scope_for_answers_cannot_answer_by_moving(acme: Cast) -> None:
    handoff, rep, _ = offered(acme)
    rep.came_with = KeyInHand(frozenset({"records:write"}), ceiling=rep.role)
    with pytest.raises(AnswerFirst):
        advance(handoff.record, "sal", by=rep, at=LATER)
    assert still_waits(handoff)
    rep.came_with = KeyInHand(frozenset({"records:write", "handoffs:write"}), ceiling=rep.role)
    advance(handoff.record, "sal", by=rep, at=LATER)
    assert not still_waits(handoff)


def test_accepting_by_a_move_asks_the_acceptance_criteria_and_the_packet(acme: Cast) -> None:
    handoff, rep, _ = offered(acme)
    Record.objects.filter(pk=handoff.record_id).update(email="")
    with pytest.raises(AcceptanceRefused):
        advance(handoff.record, "sal", by=rep, at=LATER)
    records = make_records(acme.acme, path="expansion/signal", properties={"expansion_signal": "more seats"})
    [growth] = offer_records(acme.acme, records, seam_key="success_to_sales", by=acme.cleo)
    with pytest.raises(PacketIncomplete):
        advance(growth.record, "qualified", by=acme.mona, at=LATER)
    packing.save_packet(growth, {"signal": "they asked"}, by=acme.cleo, at=LATER)
    advance(growth.record, "qualified", by=acme.mona, at=LATER)
    growth.refresh_from_db()
    assert growth.state == "accepted" and still_waits(handoff)


def test_leaving_otherwise_is_rejecting_and_needs_a_reason_for_it(acme: Cast) -> None:
    handoff, rep, _ = offered(acme)
    with pytest.raises(AnswerFirst):
        advance(handoff.record, "disqualified", by=rep, at=LATER)
    with pytest.raises(BadInput, match="no such reason"):
        advance(handoff.record, "disqualified", by=rep, at=LATER, reason_key="mood")
    with pytest.raises(BadInput, match="needs a note"):
        advance(handoff.record, "disqualified", by=rep, at=LATER, reason_key="not_a_fit")
    assert still_waits(handoff)
    moved = advance(handoff.record, "disqualified", by=rep, at=LATER, reason_key="not_a_fit", note="too small")
    handoff.refresh_from_db()
    assert (handoff.state, handoff.reason and handoff.reason.key) == ("rejected", "not_a_fit")
    assert moved.stage.key == "disqualified"
    assert Event.objects.get(kind="handoff.rejected").facts["reason"] == "not_a_fit"


@pytest.mark.parametrize(("to", "reason"), [("disqualified", "no_budget"), ("recycled", "wrong_territory")])
def test_a_reason_that_leads_elsewhere_is_no_excuse_for_the_move(acme: Cast, to: str, reason: str) -> None:
    handoff, rep, _ = offered(acme)
    with pytest.raises(RuleSaysNo) as refused:
        advance(handoff.record, to, by=rep, at=LATER, reason_key=reason)
    assert refused.value.code == "reason_leads_elsewhere"
    assert still_waits(handoff)


@pytest.mark.parametrize("to", ["sal", "opportunity", "disqualified"])
def test_an_override_answers_nothing(acme: Cast, to: str) -> None:
    handoff, _, _ = offered(acme)
    with pytest.raises(AnswerFirst):
        advance(handoff.record, to, by=acme.mona, at=LATER, override=True, reason_key="history")
    assert still_waits(handoff)


def test_who_has_it_does_not_take_it_back_instead_of_rejecting_it(acme: Cast) -> None:
    """Taken back it would count nowhere: neither as late nor as refused."""
    handoff, rep, _ = offered(acme)
    Record.objects.filter(pk=handoff.record_id).update(owner=rep)
    Handoff.objects.filter(pk=handoff.pk).update(offered_by=rep)
    with pytest.raises(NotPermitted) as refused:
        answering.recall(handoff, by=rep, at=LATER)
    assert refused.value.code == "yours_to_answer"
    assert still_waits(handoff)


def test_a_batch_refuses_the_rows_that_would_answer_and_takes_the_others(acme: Cast) -> None:
    handoff, rep, _ = offered(acme)
    other, _, _ = offered(acme)
    [free] = make_records(acme.acme)
    rows = [row(handoff.record, "sal"), row(free, "disqualified"), row(other.record, "disqualified")]
    rows = [Incoming(**{**vars(each), "line": line}) for line, each in enumerate(rows, start=1)]
    done = take_in(acme.acme, rows, by=rep, at=LATER)
    assert done.states == {2: "updated"}
    assert [(each.line, each.code, each.field) for each in done.rejected] == [
        (1, "handoff_open", "stage"),
        (3, "handoff_open", "stage"),
    ]
    assert done.rejected[0].facts["handoff"] == handoff.number
    assert Rejection.objects.filter(code="handoff_open").count() == 2
    assert still_waits(handoff) and still_waits(other)
    assert Record.objects.get(pk=free.pk).stage.key == "disqualified"


def test_rows_of_one_record_are_refused_one_by_one(acme: Cast) -> None:
    handoff, rep, _ = offered(acme)
    rows = [Incoming(line, "lead", core={"email": handoff.record.email}, stage="sal") for line in (1, 2, 3)]
    done = take_in(acme.acme, rows, by=rep, at=LATER)
    assert [each.code for each in done.rejected] == ["handoff_open"] * 3
    assert still_waits(handoff)


def test_dated_history_does_not_carry_an_offered_record_away(acme: Cast) -> None:
    handoff, _, _ = offered(acme)
    as_testimony(handoff.record)
    past = (("lead", MONDAY_10 - 9 * HOUR), ("sal", MONDAY_10 - 5 * HOUR))
    done = take_in(acme.acme, [row(handoff.record, history=past)], by=acme.ada, at=LATER)
    assert [each.code for each in done.rejected] == ["handoff_open"]
    assert still_waits(handoff)
    past = (("lead", MONDAY_10 - 9 * HOUR), ("mql", MONDAY_10 - 5 * HOUR))
    done = take_in(acme.acme, [row(handoff.record, history=past)], by=acme.ada, at=LATER)
    assert done.updated == 1 and still_waits(handoff)  # its past is told better, and it stays where it is


def test_the_page_and_the_api_answer_by_moving_or_name_the_handoff(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme), by=cast.dana, at=timezone.now() - HOUR)
        rep, other = (cast.rick, cast.rosa) if handoff.assignee_id == cast.rick.pk else (cast.rosa, cast.rick)
        number, email = handoff.record.number, handoff.record.email
    page, door = f"/w/acme/records/{number}/", "/api/v1/w/acme/records"
    stranger, browser = Client(), Client()
    for client, member in ((stranger, other), (browser, rep)):
        client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    shown = browser.get(page).content.decode()
    assert f"Handoff #{handoff.number}" in shown and "Rejected because" in shown and "Override the gate" not in shown
    refused = stranger.post(f"{page}advance/", {"to": "sal"})
    assert refused.status_code == 409 and f"Handoff #{handoff.number}" in refused.content.decode()
    for address, body in (
        (f"{door}/{number}/advance", {"to": "sal"}),
        (f"{door}/{number}/advance", {"to": "disqualified"}),
        (door, {"email": email, "stage": "sal"}),
    ):
        answer = stranger.post(address, body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (409, "handoff_open")
        assert answer.json()["facts"]["handoff"] == handoff.number
    listed = stranger.post(
        f"{door}:batch", {"rows": [{"email": email, "stage": "sal"}]}, content_type="application/json"
    )
    assert (listed.status_code, listed.json()["outcomes"][0]["code"]) == (207, "handoff_open")
    with workspace_scope(cast.acme):
        assert still_waits(handoff)
    assert browser.post(f"{page}advance/", {"to": "recycled", "reason": "no_budget"}).status_code == 302
    with workspace_scope(cast.acme):
        handoff.refresh_from_db()
        assert (handoff.state, handoff.reason and handoff.reason.key) == ("rejected", "no_budget")
