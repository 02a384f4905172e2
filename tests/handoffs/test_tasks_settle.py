"""A task is closed, with what came of it, when what it asks for is done elsewhere."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from core.history.models import Event
from core.tenancy.scope import workspace_scope
from handoffs.models import Handoff, Task
from lifecycle.actions.touching import log_activity
from tests.cast import MONDAY_10, Cast
from tests.handoffs.coming_back import HOUR, scanned
from tests.handoffs.factories import make_records, offer_records
from tests.handoffs.test_api import API, JSON, as_

pytestmark = pytest.mark.django_db


def test_an_answer_elsewhere_closes_the_tasks_that_asked_for_it(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        handoffs = offer_records(cast.acme, make_records(cast.acme, 5), by=cast.dana)
        late = handoffs[0].due_at + timedelta(minutes=2)
        scanned(cast, late)
    accepted, rejected, recalled, given, left = handoffs
    other = cast.rosa if given.assignee_id == cast.rick.pk else cast.rick
    with time_machine.travel(late, tick=False):
        as_(cast.mona, client)
        assert len(client.get(f"{API}/tasks").json()["results"]) == 5
        for handoff, verb, said in [
            (accepted, "acceptance", {}),
            (rejected, "rejection", {"reason": "no_budget"}),
            (recalled, "recall", {}),
            (given, "assignment", {"to": other.email}),
        ]:
            answer = client.post(f"{API}/handoffs/{handoff.number}/{verb}", said, content_type=JSON)
            assert answer.status_code == 200, answer.json()
        assert [each["handoff"] for each in client.get(f"{API}/tasks").json()["results"]] == [left.number]
        done = {each["handoff"]: each for each in client.get(f"{API}/tasks?state=done").json()["results"]}
        shown = client.get("/w/acme/tasks/?show=done").content.decode()
    outcomes = {number: (task["outcome"], task["done_by"]["name"]) for number, task in done.items()}
    assert outcomes == {
        accepted.number: ("Accepted by Mona.", "Mona"),
        rejected.number: ("Rejected by Mona.", "Mona"),
        recalled.number: ("Taken back by Mona.", "Mona"),
        given.number: (f"Given to {other.name}.", "Mona"),
    }
    assert all(outcome in shown for outcome, _ in outcomes.values())
    with workspace_scope(cast.acme):
        told = Event.objects.filter(kind="task.completed").values_list("facts__outcome", flat=True)
        assert sorted(told) == sorted(outcome for outcome, _ in outcomes.values())
        scanned(cast, late + 3 * HOUR)  # the ladder passes it on: whoever was asked still sees to the answer
        left = Handoff.objects.get(pk=left.pk)
        assert left.clock_run == 2 and Task.objects.filter(handoff=left, kind="breach", done_at=None).count() == 1


def test_a_touch_closes_the_task_about_the_missing_one(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme), by=cast.dana)
        with time_machine.travel(MONDAY_10 + HOUR, tick=False):
            as_(cast.mona, client).post(f"{API}/handoffs/{handoff.number}/acceptance")
        handoff.refresh_from_db()
        assert handoff.touch_due_at
        scanned(cast, handoff.touch_due_at + HOUR)
        task = Task.objects.get(kind="first_touch")
        log_activity(handoff.record, kind="note", by=cast.mona, at=handoff.touch_due_at + HOUR)
        assert Task.objects.get().done_at is None
        log_activity(handoff.record, kind="call", outcome="Connected", by=cast.mona, at=handoff.touch_due_at + 2 * HOUR)
        task.refresh_from_db()
        assert (task.outcome, task.done_by_id) == ("Touched by Mona.", cast.mona.pk)
        assert task.done_at == handoff.touch_due_at + 2 * HOUR
