"""Playbooks begin once for an occasion, become dated tasks, skip with reasons, and stop where the record leaves."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.history.models import Event
from core.notices.models import Notice
from core.people.models import Deputy, TimeOff
from core.tenancy.scope import workspace_scope
from core.tenancy.sweeps import workspaces_with
from handoffs.actions import playbooks_by_hand
from handoffs.actions import running_playbooks as playbooks
from handoffs.actions.running_playbooks import take_steps
from handoffs.models import PlaybookRun, RunStep, Task
from handoffs.queries.playbook_progress import runs_of
from lifecycle.actions import advancing, rescoring
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.handoffs.factories import make_records
from tests.handoffs.test_api import API, JSON, as_

pytestmark = pytest.mark.django_db
ENDS_ON = date(2026, 9, 18)  # 200 days on
DAY = timedelta(days=1)
HOLD_THEN_MOVE = ("for no key update of k", "update handoffs_playbookrun")


def states_of(run: PlaybookRun) -> dict[str, str]:
    return dict(run.steps.order_by("position").values_list("key", "state"))


def test_a_renewal_from_its_first_day_to_its_end(cast: Cast, client: Client) -> None:
    with time_machine.travel(MONDAY_10, tick=False):
        as_(cast.cleo, client)
        row = {"kind": "customer", "name": "Initech", "pipeline": "renewal", "renews_on": str(ENDS_ON)}
        number = client.post(f"{API}/records", row | {"owner": cast.cleo.email}, JSON).json()["number"]
        assert client.get(f"{API}/records/{number}/playbooks").json() == []
    assert workspaces_with(playbooks.DUE_WORKSPACES) == []  # nothing is committed yet; the scanner may look
    with workspace_scope(cast.acme):
        record = Record.objects.get(number=number)
        assert rescoring.ask_due(cast.acme, MONDAY_10 + 19 * DAY) == 0
        asked = MONDAY_10 + 20 * DAY
        assert rescoring.ask_due(cast.acme, asked) == 1
        run = PlaybookRun.objects.get()
        assert (run.playbook, run.occasion, run.counts_from, run.state) == ("renewal", str(ENDS_ON), ENDS_ON, "running")
        due = dict(run.steps.values_list("key", "due_on"))
        assert due["review"] == ENDS_ON - 170 * DAY  # a Wednesday
        assert due["terms"] == date(2026, 6, 19)  # the Friday before a Saturday
        assert due["last"] == date(2026, 9, 4)
        rescoring.ask_soon([record.pk], asked)
        assert rescoring.ask_due(cast.acme, asked) == 1 and PlaybookRun.objects.count() == 1
        # the first task comes ten days before it is due, once
        comes = datetime(2026, 3, 21, 23, tzinfo=UTC)  # midnight at Acme
        assert run.steps.get(key="review").comes_at == comes
        assert take_steps(cast.acme, comes - timedelta(seconds=1)) == 0
        assert take_steps(cast.acme, asked + DAY) == 1 and take_steps(cast.acme, asked + DAY) == 0
        task = Task.objects.get(kind="playbook")
        assert (task.assignee_id, task.record_id) == (cast.cleo.pk, record.pk)
        assert task.title == "Go through use and goals with the customer: Initech"
        assert Notice.objects.filter(member=cast.cleo, kind="task", number=task.number).exists()
    with time_machine.travel(asked + 2 * DAY, tick=False):
        # the contract moves by two weeks: what is open and to come moves with it, and is no longer late
        with workspace_scope(cast.acme):
            Task.objects.filter(pk=task.pk).update(chased=1, chase_at=asked + 3 * DAY)
        moved = as_(cast.cleo, client).patch(f"{API}/records/{number}", {"renews_on": str(ENDS_ON + 14 * DAY)}, JSON)
        assert moved.status_code == 200
        [told] = client.get(f"{API}/records/{number}/playbooks").json()
        assert (told["counts_from"], told["steps"][0]["due_on"]) == ("2026-10-02", "2026-04-15")
        with workspace_scope(cast.acme):
            assert Task.objects.filter(pk=task.pk, chased=0, chase_at=None).exists()
        closed = client.post(f"{API}/tasks/{task.number}/completion", {"outcome": "They grow"}, JSON)
        assert closed.status_code == 200 and closed.json()["due_at"] == "2026-04-15T22:00:00Z"
        [told] = client.get(f"{API}/records/{number}/playbooks").json()
        assert (told["done"], told["total"], told["steps"][0]["state"]) == (1, 7, "done")
        skipped = client.post(f"{API}/playbook-runs/{told['number']}/skip", {"step": "champion", "reason": ""}, JSON)
        assert (skipped.status_code, skipped.json()["field"]) == (422, "reason")
        sent = {"step": "champion", "reason": "We know them"}
        refused = as_(cast.rick, client).post(f"{API}/playbook-runs/{told['number']}/skip", sent, JSON)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
        assert "Why does it stop?" not in client.get(f"/w/acme/records/{number}/path/").content.decode()
        as_(cast.cleo, client)
        assert "Why does it stop?" in client.get(f"/w/acme/records/{number}/path/").content.decode()
        assert client.post(f"{API}/playbook-runs/{told['number']}/skip", sent, JSON).json()["skipped"] == 1
        assert client.post(f"{API}/playbook-runs/{told['number']}/skip", sent, JSON).status_code == 409
    with workspace_scope(cast.acme):
        late = asked + 95 * DAY
        assert take_steps(cast.acme, late) == 2  # the plan at risk and the terms
        risk = run.steps.get(key="risk")
        assert (risk.state, risk.task) == ("skipped", None) and risk.reason.startswith(
            "Its condition is not met: health"
        )
        record.refresh_from_db()
        advancing.advance(record, "renewed", by=cast.cleo, at=late)
        run.refresh_from_db()
        assert (run.state, run.reason) == ("stopped", "The record is in Renewed.")
        assert states_of(run) == {
            "review": "done", "risk": "skipped", "terms": "stopped", "champion": "skipped",
            "offer": "stopped", "answer": "stopped", "last": "stopped",
        }  # fmt: skip
        terms = run.steps.get(key="terms").task
        assert terms is not None and terms.outcome == "Let go: The record is in Renewed."
        kinds = Event.objects.filter(record_id=record.pk, kind__startswith="playbook").values_list("kind", flat=True)
        assert sorted(kinds) == [
            "playbook.moved", "playbook.skipped", "playbook.skipped", "playbook.started", "playbook.stopped"
        ]  # fmt: skip
    with time_machine.travel(late, tick=False):
        with workspace_scope(cast.acme):
            [gone] = make_records(cast.acme, path="renewal/not_renewed", owner=cast.cleo, renews_on=ENDS_ON)
        as_(cast.cleo, client)
        refused = client.post(f"{API}/records/{gone.number}/playbooks", {"playbook": "renewal"}, JSON)
        assert (refused.status_code, refused.json()["code"]) == (422, "record_closed")
        assert "Begin" not in client.get(f"/w/acme/records/{gone.number}/playbooks/").content.decode()
        assert (
            as_(cast.cleo, client)
            .get(f"{API}/playbook-runs?state=stopped&playbook=renewal")
            .json()["results"][0]["done"]
            == 1
        )
        figures = {each["key"]: each for each in client.get(f"{API}/playbooks").json()}
        assert (figures["renewal"]["stopped"], figures["renewal"]["done_ratio"]) == (1, 0.0)
        for wrong in ("state=x", "whose=x", "late=x", "record=x"):
            assert client.get(f"{API}/playbook-runs?{wrong}").json()["field"] == wrong.partition("=")[0]


def test_onboarding_is_done_where_the_record_says_so_and_roles_have_somebody(cast: Cast, client: Client) -> None:
    steps = [
        {"key": "book", "label": "Book the kickoff", "day": 1, "done_when": "known(kickoff_on)"},
        {"key": "above", "label": "Look over it", "day": 1, "role": "manager"},
        {"key": "owner", "label": "Tell the seam", "day": 1, "role": "seam_owner", "seam": "sales_to_success"},
        {"key": "first", "label": "Send the invoice", "day": 2, "role": "team", "function": "sales"},
        {"key": "second", "label": "Send it again", "day": 3, "role": "team", "function": "sales"},
        {"key": "over", "label": "Yesterday", "day": -1},
    ]
    with workspace_scope(cast.acme):
        acme = published(cast, [(["playbooks", {"key": "onboarding"}, "steps"], steps)])
        [lead] = make_records(cast.acme, path="lifecycle/customer")
        [customer] = make_records(acme, path="onboarding/kickoff", origin=lead, owner=cast.cleo, name="Initech")
        entered = {customer.stage_id: [customer.pk]}
        for _ in range(2):  # told twice, begun once
            playbooks.follow_entered(acme, entered, by=cast.cleo, at=MONDAY_10)
        TimeOff.objects.create(member=cast.mona, starts_at=MONDAY_10 - DAY, ends_at=MONDAY_10 + DAY)
        Deputy.objects.create(member=cast.mona, deputy=cast.rosa)
        run = PlaybookRun.objects.get()
        assert states_of(run)["over"] == "skipped"
        assert take_steps(acme, MONDAY_10) == 5
        whose = dict(run.steps.filter(task__isnull=False).values_list("key", "task__assignee__name"))
        assert whose["book"] == "Cleo" and whose["above"] == "Rosa" and whose["owner"] == "Ada"
        assert {whose["first"], whose["second"]} == {"Rick", "Rosa"}
        for number, key in ((901, "book"), (902, "above")):  # raised since they were late
            late = {"kind": "late_task", "title": "Late", "about": run.steps.get(key=key).task}
            Task.objects.create(number=number, assignee=cast.mona, **late)
    with time_machine.travel(MONDAY_10 + timedelta(hours=1), tick=False):
        as_(cast.cleo, client).patch(
            f"{API}/records/{customer.number}", {"properties": {"kickoff_on": "2026-03-05"}}, JSON
        )
        [told] = client.get(f"{API}/records/{customer.number}/playbooks").json()
        assert (told["steps"][1]["state"], told["steps"][1]["reason"]) == ("done", "The record says so.")
        page = client.get("/w/acme/playbooks/?whose=team&late=&playbook=onboarding").content.decode()
        assert "Initech" in page and "1 of 6 done, 1 skipped" in page
        with CaptureQueriesContext(connection) as asked:  # the next rows of the list count nothing anew
            assert b"Initech" in client.get("/w/acme/playbooks/", headers={"HX-Request": "true"}).content
        assert not any("count(" in each["sql"].lower() and "playbookrun" in each["sql"] for each in asked)
        stop = client.post(f"{API}/playbook-runs/{told['number']}/stop", {"reason": "They do it themselves"}, JSON)
        assert (stop.status_code, stop.json()["state"], stop.json()["ended_by"]["name"]) == (200, "stopped", "Cleo")
        again = client.post(f"{API}/playbook-runs/{told['number']}/stop", {"reason": "x"}, JSON)
        assert (again.status_code, again.json()["code"]) == (409, "playbook_ended")
        begin = f"{API}/records/{customer.number}/playbooks"
        for key, status in (("x", 422), ("renewal", 422), ("onboarding", 201), ("onboarding", 409)):
            answer = client.post(begin, {"playbook": key}, JSON)
            assert answer.status_code == status, answer.json()
        assert client.get(f"/w/acme/records/{customer.number}/path/").content.decode().count("Playbooks") >= 1
    with workspace_scope(cast.acme):
        assert not Task.objects.filter(kind__in=["playbook", "late_task"], done_at=None).exists()
        published(cast, [(["playbooks", {"key": "onboarding"}], None)])
        assert PlaybookRun.objects.get(state="stopped", ended_by=None).reason.startswith("The playbook is no part")


def test_a_date_that_moves_skips_what_is_over_and_what_is_late_is_late_anew(acme: Cast) -> None:
    today = MONDAY_10.date()
    [record] = make_records(acme.acme, path="renewal/contract", owner=acme.cleo, renews_on=today + 172 * DAY)

    def count_from(day: date | None) -> None:
        Record.objects.filter(pk=record.pk).update(renews_on=day)
        playbooks.follow_written(workspace=acme.acme, record_ids=[record.pk], at=MONDAY_10)

    count_from(today + 172 * DAY)
    run = PlaybookRun.objects.get()
    assert take_steps(acme.acme, MONDAY_10) == 1
    Task.objects.filter(kind="playbook").update(chased=2)
    with CaptureQueriesContext(connection) as asked:
        count_from(today + 180 * DAY)
    assert Task.objects.get(kind="playbook").chased == 0
    said = [each["sql"] for each in asked]
    held, moved = (next(place for place, sql in enumerate(said) if words in sql) for words in HOLD_THEN_MOVE)
    assert held < moved  # whoever closes a task holds it before its run
    count_from(today + 40 * DAY)
    assert states_of(run) == {
        "review": "open", "risk": "skipped", "terms": "skipped", "champion": "skipped",
        "offer": "skipped", "answer": "waiting", "last": "waiting",
    }  # fmt: skip
    playbooks_by_hand.skip_step(run, "last", "Its day was over when the ink was dry.", by=acme.ada, at=MONDAY_10)
    count_from(today + 172 * DAY)  # back again: a date is no way to skip what one would rather not do
    assert states_of(run).pop("last") == "skipped"  # what somebody skipped stays, in whatever words
    assert not RunStep.objects.filter(run=run, decided_at__isnull=False).exclude(key="last").exists()
    assert not RunStep.objects.filter(run=run, skipped_for_its_day=True).exists()
    count_from(None)
    for _ in range(2):  # what would come waits for a day, and is looked at once in a day
        assert take_steps(acme.acme, MONDAY_10 + 30 * DAY) == (0 if _ else 1)
    assert states_of(run) == states_of(run) | {"review": "open", "risk": "waiting", "terms": "waiting"}
    [told] = runs_of(record, MONDAY_10)
    assert [each.reason for each in told.steps if each.key == "risk"] == ["The day it counts from is blank."]
    count_from(today + 172 * DAY)
    assert take_steps(acme.acme, MONDAY_10 + 31 * DAY) == 1 and states_of(run)["risk"] == "skipped"
    count_from(today - 400 * DAY)  # a slip of the pen: nothing is to come, but what somebody has in hand
    playbooks.note_done(Task.objects.get(kind="playbook"), MONDAY_10)
    count_from(today + 40 * DAY)
    assert list(PlaybookRun.objects.order_by("number").values_list("state", flat=True)) == ["done", "running"]


def test_criteria_begin_again_only_after_their_days(acme: Cast) -> None:
    said: dict[str, Any] = {"expansion_signal": "Asked for seats", "health": "Green"}
    [record] = make_records(acme.acme, path="renewal/contract", owner=acme.cleo, properties=said)
    for day, runs in ((0, 1), (1, 1), (95, 2)):
        at = MONDAY_10 + day * DAY
        playbooks.follow_written(workspace=acme.acme, record_ids=[record.pk], at=at)
        assert PlaybookRun.objects.count() == runs, day
        for step in RunStep.objects.filter(state="waiting"):
            take_steps(acme.acme, step.comes_at)
        for task in Task.objects.filter(done_at=None):
            playbooks.note_done(task, at)
    assert set(PlaybookRun.objects.values_list("state", flat=True)) == {"done"}
    at = MONDAY_10 + 190 * DAY
    playbooks.follow_written(workspace=acme.acme, record_ids=[record.pk], at=at)
    shown = [(each.run.state, each.run.began_at) for each in runs_of(record, at)]
    assert [state for state, _ in shown] == ["running", "done", "done"] and shown[1] > shown[2]
    for ended, count in ((date(2024, 1, 1), 0), (MONDAY_10.date() + 150 * DAY, 1)):  # all its days are over, or not
        [contract] = make_records(acme.acme, path="renewal/contract", owner=acme.cleo, renews_on=ended)
        playbooks.follow_written(workspace=acme.acme, record_ids=[contract.pk], at=MONDAY_10)
        assert PlaybookRun.objects.filter(record=contract).count() == count
