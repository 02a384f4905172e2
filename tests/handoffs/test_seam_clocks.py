"""Clocks that a seam names beside answer and first touch: introduced, kickoff scheduled, acted on."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from blueprint.keys import keyed
from blueprint.paths import put
from core.history.models import Event
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from governance.checks import run_checks
from handoffs.actions import answering, gone_clocks, retiming_work, taking_back
from handoffs.actions.in_bulk.acting import act_on_many
from handoffs.actions.in_bulk.bulk_rows import BulkVerb, BulkWish
from handoffs.actions.scanning import scan, take_due_steps
from handoffs.models import Clock, Handoff, Retiming, Task
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.actions.touching import log_activity
from revops.audit.running import audit
from tests.cast import MONDAY_10, Cast
from tests.counting import statements
from tests.governance.drafts import published
from tests.governance.test_checks import blueprint
from tests.handoffs.factories import make_records, offer_records
from tests.handoffs.test_api import API, as_

pytestmark = pytest.mark.django_db
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
PLACE = [["seams", {"key": "marketing_to_sales"}, "steps"]]
CLOCKS: list[dict[str, Any]] = [
    {
        "label": "Acted on",
        "minutes": 48 * 60,
        "wall_time": True,
        "since_offer": True,
        "done_when": "handoff_is_touched",
    },
    {"label": "Next step agreed", "minutes": 120, "done_when": "known(next_step)"},
    {"label": "Not a test", "minutes": 60, "done_when": "name.contains('Lead')"},
]


def told(handoff: Handoff) -> dict[str, tuple[str, Any]]:
    found = Clock.objects.filter(handoff=handoff).exclude(kind="answer").order_by("due_at")
    return {each.kind: (each.state, each.stopped_at) for each in found}


def says(cast: Cast, handoff: Handoff, step: str, at: Any) -> None:
    said: dict[str, Any] = {"core": {}, "properties": {"next_step": step}}
    row = Incoming(1, "lead", "", **said, record_id=handoff.record_id)
    assert not take_in(cast.acme, [row], by=cast.ada, at=at, cause="edit").rejected


def broken(cast: Cast) -> list[str]:
    keys = ("steps_are_told", "a_task_each", "breaches_are_escalations", "clocks_are_kept", "due_steps_are_taken")
    return [each.key for key in keys for each in audit(cast.acme, only=key) if each.broken]


def test_a_seams_own_clocks_begin_with_the_acceptance_and_stop_when_it_is_done(cast: Cast, client: Client) -> None:
    with workspace_scope(cast.acme):
        cast.acme = published(cast, [(PLACE[0], CLOCKS)])
        first, late, many = offer_records(cast.acme, make_records(cast.acme, 3), by=cast.dana)
        at = MONDAY_10 + HOUR
        for each in (first, late):
            answering.accept(each, by=each.assignee, at=at)
        assert told(first)["not_a_test"] == ("met", at)  # it was so from the beginning
        due = dict(Clock.objects.filter(handoff=first).values_list("kind", "due_at"))
        assert due["acted_on"] == MONDAY_10 + 48 * HOUR and due["next_step_agreed"] == at + 3 * HOUR  # but for lunch
        says(cast, first, "Call on Friday", at + HOUR)
        assert told(first)["next_step_agreed"] == ("met", at + HOUR)
        log_activity(first.record, kind="call", outcome="Connected", by=first.assignee, at=at + HOUR)
        assert told(first)["acted_on"] == ("met", at + HOUR) == told(first)["first_touch"]
        while scan(cast.acme, at + 4 * HOUR):
            pass
        [task] = Task.objects.filter(handoff=late)
        assert (task.assignee_id, task.created_at) == (cast.mona.pk, due["next_step_agreed"])
        assert task.title == "Not done in time, “Next step agreed”: Lead 2 (Marketing → Sales)"
        assert not Task.objects.filter(handoff=first).exists() and not late.breached_at
        says(cast, late, "Call on Friday", at + 5 * HOUR)
        task.refresh_from_db()
        assert told(late)["next_step_agreed"][0] == "breached" and task.outcome == "Done."
        assert Event.objects.filter(kind="handoff.clock_kept", facts__in_time=False).count() == 1
        wish = BulkWish(BulkVerb.ACCEPT, [many.number])
        assert act_on_many(cast.acme, wish, by=cast.mona, at=at).done == 1
        assert told(many)["next_step_agreed"] == ("running", None)
        cast.acme = published(cast, [(PLACE[0], CLOCKS[:1])], at=at + HOUR)
        assert told(many)["next_step_agreed"][0] == "ended" and told(many)["acted_on"][0] == "running"
        with statements() as said:
            take_in(cast.acme, [Incoming(1, "lead", core={"name": "New"})], by=cast.ada, at=MONDAY_10)
        assert not any("result_id" in each for each in said)  # of what is made just now nothing was accepted
        assert broken(cast) == []
    as_(cast.vera, client)
    shown = client.get(f"/w/acme/handoffs/{late.number}/").content.decode()
    assert "Next step agreed" in shown and "Task where it is late: Next step agreed" in shown
    clocks = client.get(f"{API}/records/{first.record.number}/path").json()[0]["clocks"]
    assert {"acted_on": "Acted on"}.items() <= {each["kind"]: each["label"] for each in clocks}.items()


def test_many_clocks_that_are_gone_end_by_a_worker(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gone_clocks, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(retiming_work, "SLICE", 2)
    at = MONDAY_10 + HOUR

    def work() -> bool:
        return retiming_work.work_on_next(Workspace.objects.get(pk=cast.acme.pk), lambda: at + 2 * HOUR)

    def left() -> int:
        return Clock.objects.filter(kind="next_step_agreed", stopped_at=None).count()

    with workspace_scope(cast.acme):
        cast.acme = published(cast, [(PLACE[0], CLOCKS)])
        handoffs = offer_records(cast.acme, make_records(cast.acme, 6), by=cast.dana)
        for each in handoffs[:5]:
            answering.accept(each, by=each.assignee, at=at)
        due = Clock.objects.get(handoff=handoffs[0], kind="next_step_agreed").due_at
        cast.acme = published(cast, [(PLACE[0], CLOCKS[:1])], at=at + HOUR)
        order = Retiming.objects.get()
        assert (order.state, left()) == ("waiting", 5)  # the request ended none
        answering.accept(handoffs[5], by=handoffs[5].assignee, at=at + HOUR + SECOND)  # as it was promised
        take_due_steps([handoffs[0].pk], due)  # what is gone takes no step meanwhile
        assert not Task.objects.filter(handoff=handoffs[0], title__contains="Next step").exists()
        assert told(handoffs[0])["next_step_agreed"][0] == "ended" and left() == 5
    assert work()
    with workspace_scope(cast.acme):
        order.refresh_from_db()
        assert (order.state, order.done_count, order.total_count, left()) == ("running", 2, 4, 3)
    while work():
        pass
    with workspace_scope(cast.acme):
        order.refresh_from_db()
        assert (order.state, order.done_count, order.total_count, left()) == ("done", 4, 4, 1)
        assert Event.objects.filter(kind="handoff.clock_ended").count() == 5 and broken(cast) == []


def test_taken_back_its_clocks_end_and_a_second_acceptance_begins_them_anew(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        cast.acme = published(cast, [(PLACE[0], CLOCKS[:2])])
        [handoff] = offer_records(cast.acme, make_records(cast.acme), by=cast.dana)
        at, who = MONDAY_10 + HOUR, handoff.assignee
        answering.accept(handoff, by=who, at=at)
        taking_back.undo_answer(handoff, "accepted", by=who, at=at + SECOND)
        assert {state for state, _ in told(handoff).values()} == {"ended"}
        answering.accept(Handoff.objects.get(pk=handoff.pk), by=who, at=at + HOUR)
        running = Clock.objects.filter(handoff=handoff, stopped_at=None)
        assert {each.kind: each.run for each in running} == {"acted_on": 2, "next_step_agreed": 2, "first_touch": 2}
        assert broken(cast) == []


@pytest.mark.parametrize(
    ("clock", "place"),
    [
        ({"label": "Answer", "minutes": 60, "done_when": "true"}, "seams/marketing_to_sales/steps/answer/label"),
        ({"label": "X", "minutes": 60, "done_when": "nothing"}, "seams/marketing_to_sales/steps/x/done_when"),
    ],
)
def test_a_clock_that_cannot_be_is_named(clock: dict[str, Any], place: str) -> None:
    base = blueprint()
    proposed = put(base, tuple(PLACE[0]), [clock])
    assert place in {each.path for finding in run_checks(base, keyed(proposed)) for each in finding.said}
