"""After accepting: the next step with one key, and taking it back within ten seconds."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from blueprint.documents import blueprint_of
from core.history.models import Event
from core.notices.models import Notice
from core.people.functions import Function
from core.people.models import Team
from core.tenancy.scope import workspace_scope
from handoffs.actions import answering, pausing, scanning
from handoffs.actions.holders import held_by
from handoffs.actions.pausing import WantedPause
from handoffs.actions.promising import find_late
from handoffs.actions.running_playbooks import take_steps
from handoffs.actions.taking_back import undo_answer
from handoffs.models import Assignment, Commitment, Handoff, Pause, PlaybookRun, Task
from lifecycle.models import Account, AccountOwner, Record
from revops.audit.running import audit
from tests.cast import MONDAY_10, Cast, join
from tests.governance.drafts import published
from tests.handoffs.factories import make_records, offer_records, running
from tests.handoffs.test_api import API, JSON, as_, rep_of
from tests.handoffs.test_promises_of_sellers import PACKET
from tests.handoffs.test_two_seams import with_billing

pytestmark = pytest.mark.django_db
SEAM = ["seams", {"key": "marketing_to_sales"}]
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


PLAYBOOK = {
    "key": "spring", "label": "Spring", "pipeline": "lifecycle", "starts": "stage", "stage": "lifecycle/sal",
    "steps": [{"key": "call", "label": "Call them", "day": 3}],
}  # fmt: skip


def broken(cast: Cast) -> dict[str, int]:
    """The identities of handoffs and records that do not hold."""
    keys = ("handoffs_are_told", "steps_are_told", "a_task_each", "one_open_stay")
    return {each.key: each.broken for key in keys for each in audit(cast.acme, only=key) if each.broken}


def test_an_acceptance_is_taken_back_within_ten_seconds_with_all_it_did(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        cast.acme = published(cast, [(["playbooks", {"key": "spring"}], PLAYBOOK)])
        [handoff] = offer_records(cast.acme, make_records(cast.acme, owner=cast.dana), by=cast.dana)
        while scanning.scan(cast.acme, handoff.due_at + timedelta(minutes=1)):  # late: a task waits for the answer
            pass
        clock = running(handoff)
    at, rep = handoff.due_at + timedelta(minutes=2), rep_of(cast, handoff)
    as_(rep, client)
    address = f"{API}/handoffs/{handoff.number}/acceptance"
    with time_machine.travel(at, tick=False) as clock_on_the_wall:
        assert client.delete(address).json()["code"] == "not_accepted"
        assert client.post(address).json()["state"] == "accepted"
        clock_on_the_wall.shift(8 * SECOND)
        with workspace_scope(cast.acme):
            assert PlaybookRun.objects.get().state == "running"
        other = cast.rosa if rep == cast.rick else cast.rick
        assert as_(other, client).delete(address).status_code == 403
        back = as_(rep, client).delete(address)
        assert back.status_code == 200, back.json()
        assert (back.status_code, back.json()["state"], back.json()["assignee"]["email"]) == (200, "offered", rep.email)
        assert back.json()["due_at"] == handoff.due_at.isoformat().replace("+00:00", "Z")
        assert client.delete(address).status_code == 409
    with workspace_scope(cast.acme):
        record = Record.objects.select_related("stage").get(pk=handoff.record_id)
        assert (record.stage.key, record.owner_id) == ("mql", cast.dana.pk)
        run = PlaybookRun.objects.get()
        assert (run.state, run.reason) == ("stopped", "The acceptance was taken back.")
        now = running(handoff)
        assert (now.run, now.member_id, now.due_at, now.started_at) == (2, rep.pk, clock.due_at, clock.started_at)
        assert [each["action"] for each in now.rungs] == [each["action"] for each in clock.ahead]
        assert Handoff.objects.filter(record=record).count() == 1  # going back offered nothing anew
        assert Task.objects.filter(kind="breach", done_at=None).count() == 1
        assert [each.cause for each in Assignment.objects.order_by("at", "id")] == ["routed", "undone"]
        assert broken(cast) == {}
        handoff.refresh_from_db()
        accepted = answering.accept(handoff, by=rep, at=at + HOUR)  # and it can be accepted as ever
        assert accepted.state == "accepted" and broken(cast) == {}


def test_what_came_after_an_acceptance_keeps_it(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        late, touched = (make_records(cast.acme)[0] for _ in range(2))
        handoffs = offer_records(cast.acme, [late, touched], by=cast.dana)
    as_(cast.mona, client)
    with time_machine.travel(MONDAY_10 + HOUR, tick=False) as clock:
        addresses = [f"{API}/handoffs/{each.number}/acceptance" for each in handoffs]
        for address in addresses:
            client.post(address)
        clock.shift(2 * SECOND)
        key = {"outcome": "connected"}
        logged = client.post(f"/w/acme/handoffs/{handoffs[1].number}/touches/", key, headers={"hx-request": "true"})
        assert "The first-touch clock has stopped" in logged.content.decode()
        wrong = client.post(f"/w/acme/handoffs/{handoffs[1].number}/touches/", {"outcome": "odd"})
        assert wrong.status_code == 422
        assert client.delete(addresses[1]).json()["code"] == "done_since"
        page = client.get(f"/w/acme/handoffs/{handoffs[1].number}/").content.decode()
        said = f"It is not taken back: Handoff #{handoffs[1].number} was touched since."
        assert said in page and "acceptance/undo/" not in page
        assert "acceptance/undo/" in client.get(f"/w/acme/handoffs/{handoffs[0].number}/").content.decode()
        clock.shift(20 * SECOND)
        assert client.delete(addresses[0]).json()["code"] == "too_late_to_undo"


def test_rejecting_and_recalling_one_are_taken_back_too(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme, owner=cast.dana), by=cast.dana)
    rep, due, page = rep_of(cast, handoff), handoff.due_at, f"/w/acme/handoffs/{handoff.number}/"
    with time_machine.travel(MONDAY_10 + HOUR, tick=False) as clock:
        row = as_(rep, client).post(f"{page}rejection/", {"reason": "no_budget"}, headers={"hx-request": "true"})
        assert f"{page}rejection/undo/" in row.content.decode()
        assert client.delete(f"{API}/handoffs/{handoff.number}/recall").json()["code"] == "not_recalled"
        clock.shift(4 * SECOND)
        back = client.post(f"{page}rejection/undo/", headers={"hx-request": "true"}).content.decode()
        assert f"{page}acceptance/" in back
        client.post(f"{API}/handoffs/{handoff.number}/rejection", {"reason": "inaccurate_data"}, JSON)
        again = client.delete(f"{API}/handoffs/{handoff.number}/rejection").json()
        assert (again["state"], again["assignee"]["email"]) == ("offered", rep.email)
        as_(cast.dana, client).post(f"{page}recall/")
        assert f"{page}recall/undo/" in client.get(page).content.decode()
        assert as_(rep, client).delete(f"{API}/handoffs/{handoff.number}/recall").status_code == 403
        as_(cast.dana, client).post(f"{page}recall/undo/")
    with workspace_scope(cast.acme):
        handoff.refresh_from_db()
        assert (handoff.state, handoff.due_at, handoff.reason_id, handoff.again_at) == ("offered", due, None, None)
        assert Record.objects.get().stage.key == "mql" and not Task.objects.filter(done_at=None).exists()
        assert broken(cast) == {}


def test_giving_one_away_is_taken_back_and_gave_up_nothing(cast: Cast, client: Client) -> None:
    """By who gave it; whoever had it has it again, and neither hand counts as given up. Nor does a company stay with
    whom a rule gave it by a rejection that was taken back."""
    with workspace_scope(cast.acme):
        rules = [{"label": "All", "expression": "true", "target": "pool", "pool": "sales", "keeps_account": True}]
        cast.acme = published(cast, [([*SEAM, "routing"], rules), ([*SEAM, "barred_days"], 30)])
        records = make_records(cast.acme, 2, owner=cast.dana)
        handoff, other = offer_records(cast.acme, records, by=cast.dana)
        company = Account.objects.create(number=7, name="Initech", name_key="initech")
        Record.objects.filter(pk=records[1].pk).update(account=company)
    rep, page = rep_of(cast, handoff), f"/w/acme/handoffs/{handoff.number}/"
    to, url = (cast.rosa if rep == cast.rick else cast.rick), f"{API}/handoffs/{handoff.number}/assignment"
    with time_machine.travel(MONDAY_10 + HOUR, tick=False) as clock:
        as_(cast.mona, client)
        assert client.delete(url).json()["code"] == "not_given"
        client.post(url, {"to": to.email}, JSON)
        assert f"{page}assignment/undo/" in client.get(page).content.decode()
        assert as_(cast.ada, client).delete(url).json()["code"] == "not_yours"
        assert as_(rep, client).delete(url).status_code == 403
        clock.shift(3 * SECOND)
        assert as_(cast.mona, client).delete(url).json()["assignee"]["email"] == rep.email
        with workspace_scope(cast.acme):
            assert held_by([handoff.pk], MONDAY_10 + HOUR, blueprint_of(cast.acme))[handoff.pk].barred == {rep.pk}
        assert client.delete(url).status_code == 200  # nothing is left to do
        assert f"{page}assignment/undo/" not in client.get(page).content.decode()
        row = client.post(f"{page}assignment/", {"to": to.pk}, headers={"hx-request": "true"}).content.decode()
        assert f"{page}assignment/undo/" in row
        back = client.post(f"{page}assignment/undo/", headers={"hx-request": "true"})
        assert f"{page}acceptance/" in back.content.decode()
        client.post(url, {"to": to.email}, JSON)
        clock.shift(SECOND)
        as_(to, client).post(f"{API}/handoffs/{handoff.number}/pause", {"reason": "meeting_agreed"}, JSON)
        assert as_(cast.mona, client).delete(url).json()["code"] == "done_since"
        said = client.get(page).content.decode()
        assert "It is not taken back: Something was done since" in said and f"{page}assignment/undo/" not in said
        clock.shift(20 * SECOND)
        assert client.delete(url).json()["code"] == "too_late_to_undo"
    with workspace_scope(cast.acme):
        hands = Assignment.objects.filter(handoff=handoff).order_by("at", "id")
        assert [each.cause for each in hands] == ["routed", *2 * ["manual", "undone"], "manual"]
        undone = Event.objects.filter(kind="handoff.reassignment_undone")
        assert set(undone.values_list("actor", flat=True)) == {cast.mona.pk} and broken(cast) == {}
        at = MONDAY_10 + 2 * HOUR
        rejected = answering.reject(other, "wrong_territory", by=rep_of(cast, other), at=at)
        assert AccountOwner.objects.get(until=None).cause == "rule"
        undo_answer(rejected, "rejected", by=rep_of(cast, other), at=at + SECOND)
        assert not AccountOwner.objects.filter(until=None).exists() and broken(cast) == {}


def test_a_touch_that_was_late_when_the_acceptance_was_taken_back_is_not_asked_for(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme), by=cast.dana)
        at = handoff.due_at + timedelta(days=3)
        present = answering.accept(handoff, by=cast.mona, at=at)
        assert present.touch_due_at and present.touch_due_at < at
        undo_answer(present, "accepted", by=cast.mona, at=at + SECOND)
        assert not any(each.broken for each in audit(cast.acme, only="missed_touches_are_taken"))


def test_pauses_that_accepting_ended_go_on(acme: Cast) -> None:
    long, short = offer_records(acme.acme, make_records(acme.acme, 2), by=acme.dana)
    at = MONDAY_10 + HOUR
    for handoff, until in ((long, at + HOUR), (short, at + HOUR / 4 + SECOND)):  # one is over before it is undone
        pausing.pause(handoff, WantedPause("meeting_agreed", until=until), by=acme.mona, at=at)
        handoff.refresh_from_db()
        before, task = running(handoff), Task.objects.get(handoff=handoff, done_at=None)
        answering.accept(handoff, by=acme.mona, at=at + HOUR / 4)
        assert not Task.objects.filter(handoff=handoff, done_at=None).exists()
        present = undo_answer(handoff, "accepted", by=acme.mona, at=at + HOUR / 4 + 3 * SECOND)
        assert (present.due_at, present.paused_until) == (handoff.due_at, until if handoff == long else None)
        now, again = running(handoff), Task.objects.get(handoff=handoff, done_at=None)
        assert (now.due_at, now.ahead, now.next_rung_at) == (before.due_at, before.ahead, before.next_rung_at)
        assert (again.kind, again.title, again.due_at) == ("waiting", task.title, task.due_at)
        assert Pause.objects.get(handoff=handoff).ended_at is None  # the same one, which uses up no second
    pausing.resume(Handoff.objects.get(pk=long.pk), by=acme.mona, at=at + HOUR / 2)
    answering.accept(long, by=acme.mona, at=at + HOUR)
    assert broken(acme) == {}


def test_a_second_accept_on_one_trigger_is_named_by_what_keeps_the_first(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        Team.objects.create(key="billing", name="Billing", function="finance")
        fay = join(cast.acme, "Fay", "rep", Function.FINANCE)
        with_billing(cast)
        cast.acme.refresh_from_db()
        [deal] = make_records(cast.acme, path="sales/closed_won", name="Initech", amount=9, owner=cast.rick)
        kept = {deal.pk: PACKET | {"promises": "A named contact by 2026-02-20"}}
        [won] = offer_records(cast.acme, [deal], seam_key="sales_to_success", by=cast.rick, packets=kept)
        [bill] = offer_records(cast.acme, [deal], seam_key="sales_to_finance", by=cast.rick)
    address = f"{API}/handoffs/{won.number}/acceptance"
    with time_machine.travel(MONDAY_10 + HOUR, tick=False) as clock:
        assert as_(cast.mona, client).post(address).json()["state"] == "accepted"
        clock.shift(SECOND)
        as_(fay, client).post(f"{API}/handoffs/{bill.number}/acceptance")
        clock.shift(SECOND)
        refused = as_(cast.mona, client).delete(address).json()
        assert (refused["code"], refused["facts"]["record"], refused["facts"]["handoff"]) == (
            "done_since", deal.number, bill.number,
        )  # fmt: skip
        assert refused["detail"] == (
            f"Something was done since: “Accepted across Sales → Finance” by Fay, handoff #{bill.number}, "
            f"record #{deal.number} (Initech)."
        )
        assert "by Fay, handoff" in client.get(f"/w/acme/handoffs/{won.number}/").content.decode()


def test_what_accepting_made_goes_with_it(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        [deal] = make_records(cast.acme, path="sales/closed_won", name="Initech", amount=9, owner=cast.rick)
        [handoff] = offer_records(cast.acme, [deal], seam_key="sales_to_success", by=cast.rick)
    address = f"{API}/handoffs/{handoff.number}/acceptance"
    with time_machine.travel(MONDAY_10 + HOUR, tick=False):
        packet = PACKET | {"promises": "A named contact by 2026-02-20"}
        as_(cast.rick, client).patch(address.replace("acceptance", "packet"), packet, JSON)
        as_(cast.mona, client)
        accepted = client.post(address).json()
        assert accepted.get("state") == "accepted", accepted
        with workspace_scope(cast.acme):
            assert Record.objects.filter(origin=deal).count() == 1
            assert take_steps(cast.acme, MONDAY_10 + HOUR, limit=1) and Task.objects.get(kind="playbook", done_at=None)
            assert find_late(cast.acme, MONDAY_10 + HOUR) == 1
        undone = client.delete(address)
        assert undone.status_code == 200, undone.json()
    with workspace_scope(cast.acme):
        assert not Record.objects.filter(origin=deal).exists()
        asked = Task.objects.order_by("kind").values_list("kind", "record", "outcome")
        assert list(asked) == [
            ("playbook", None, "Let go: The acceptance was taken back."),
            ("promise", None, "The acceptance was taken back."),
        ]
        assert not Commitment.objects.exists() and not PlaybookRun.objects.exists()
        assert not Notice.objects.filter(about="task", seen_at=None).exists()
        assert Event.objects.filter(kind="handoff.acceptance_undone").count() == 1
        assert Handoff.objects.get(pk=handoff.pk).result_id is None and broken(cast) == {}


def test_a_next_record_that_is_there_comes_as_far_as_accepting_leads_and_goes_back(cast: Cast, client: Client) -> None:
    path = ["seams", {"key": "sales_to_success"}]
    with workspace_scope(cast.acme):
        edits = [([*path, "on_accept", "create", "stage"], "implementation"), ([*path, "packet"], [])]
        cast.acme = published(cast, edits)
        [deal] = make_records(cast.acme, path="sales/closed_won", name="Initech", amount=9, owner=cast.rick)
        [there] = make_records(cast.acme, path="onboarding/kickoff", name="Initech", owner=cast.cleo, origin=deal)
        [handoff] = offer_records(cast.acme, [deal], seam_key="sales_to_success", by=cast.rick)
    address, at = f"{API}/handoffs/{handoff.number}/acceptance", MONDAY_10 + HOUR
    with time_machine.travel(at, tick=False):
        refused = as_(cast.mona, client).post(address)
        assert (refused.status_code, refused.json()["facts"]["unmet"][0]["label"]) == (422, "Kickoff on is filled in")
        with workspace_scope(cast.acme):
            Record.objects.filter(pk=there.pk).update(properties={"kickoff_on": "2026-02-10"})
        accepted = client.post(address).json()
        assert accepted["result"] == there.number
        with workspace_scope(cast.acme):
            moved = Record.objects.select_related("stage").get(origin=deal)
            assert (moved.stage.key, moved.owner_id) == ("implementation", Handoff.objects.get().assignee_id)
        undone = client.delete(address)
        assert undone.status_code == 200, undone.json()
    with workspace_scope(cast.acme):
        back = Record.objects.select_related("stage").get(origin=deal)
        assert (back.stage.key, back.owner_id) == ("kickoff", cast.cleo.pk) and broken(cast) == {}
