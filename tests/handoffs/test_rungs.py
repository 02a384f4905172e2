"""Rungs that ask for more than the usual: conditions, whom they name, what they do, and how they are drawn."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from blueprint.documents import blueprint_of
from core.history.models import Event
from core.notices.models import Notice
from core.people.models import Deputy, TimeOff
from core.tenancy.scope import workspace_scope
from handoffs.actions import scanning
from handoffs.models import Escalation, Handoff, Task
from handoffs.queries.ladder_told import ladder_told
from revops.audit.running import audit
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.handoffs.factories import make_records, offer_records, running
from tests.handoffs.test_api import API, as_

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LADDER: list[dict[str, Any]] = [
    {"after_minutes": 0, "after_percent": -50, "action": "warn", "target": "role", "role": "manager"},
    {"after_minutes": 0, "action": "priority", "condition": "handoff_hands == 1"},
    {
        "after_minutes": 0,
        "action": "task",
        "target": "person",
        "person": "ada@acme.example",
        "condition": "amount > 1000.0",
    },
    {"after_minutes": 30, "wall": True, "action": "set", "property_key": "next_step", "value": "Call them"},
    {"after_minutes": 60, "action": "away", "away_minutes": 90},
    {"after_minutes": 90, "action": "reassign", "target": "manager"},
]


def scan(cast: Cast, at: Any) -> None:
    while scanning.scan(cast.acme, at):
        pass


def broken(cast: Cast) -> dict[str, int]:
    """The identities of ladders that do not hold."""
    keys = ("steps_are_told", "a_task_each", "breaches_are_escalations")
    return {each.key: each.broken for key in keys for each in audit(cast.acme, only=key) if each.broken}


def test_each_rung_does_what_it_says_for_whom_it_says_only_where_its_condition_is_met(
    cast: Cast, client: Client
) -> None:
    with workspace_scope(cast.acme):
        cast.acme = published(cast, [(["seams", {"key": "marketing_to_sales"}, "ladder"], LADDER)])
        large, small, blank = (make_records(cast.acme, amount=each)[0] for each in (5000, 5, None))
        handoffs = offer_records(cast.acme, [large, small, blank], by=cast.dana)
        due = handoffs[0].due_at
        scan(cast, MONDAY_10 + 3 * HOUR)  # half-way, but for lunch
        told = Event.objects.filter(kind="handoff.notified")
        assert {each.facts["to"] for each in told} == {"Mona"} and told.count() == 3
        scan(cast, due)
        scan(cast, due)  # once is once
        assert [
            each.skipped
            for each in Escalation.objects.filter(action="task").order_by("handoff__number", "due_at", "step")
        ] == [
            *("", "made"),
            *("unmet", ""),
            *("unknown", ""),
        ]
        tasks = {each.handoff_id: each.assignee_id for each in Task.objects.all()}
        assert tasks == {handoffs[0].pk: cast.ada.pk, handoffs[1].pk: cast.mona.pk, handoffs[2].pk: cast.mona.pk}
        assert set(Handoff.objects.values_list("priority", "breached_at")) == {(1, due)}
        scan(cast, due + 30 * MINUTE)
        large.refresh_from_db()
        assert large.properties["next_step"] == "Call them"
        scan(cast, due + 60 * MINUTE)
        away = {each.member_id: each.ends_at for each in TimeOff.objects.all()}
        assert away == {each.assignee_id: due + 150 * MINUTE for each in handoffs}
        as_(cast.vera, client)
        [next_rung] = [each for each in ladder_told(Handoff.objects.get(pk=small.handoffs.get().pk)) if each.is_next]
        assert next_rung.words == "Give it to the manager" and next_rung.at == due + 90 * MINUTE
        scan(cast, due + 90 * MINUTE)
        assert set(Handoff.objects.values_list("assignee_id", "clock_run")) == {(cast.mona.pk, 2)}
        scan(cast, due + timedelta(days=1))
        second = Escalation.objects.filter(clock_run=2, action="priority", handoff=handoffs[1]).get()
        assert second.skipped == "unmet"  # it has been through two hands
        assert broken(cast) == {}
    shown = client.get(f"/w/acme/handoffs/{handoffs[1].number}/").content.decode()
    assert "Skipped: its condition was not met" in shown and "amount &gt; 1000.0" in shown
    ladder = client.get(f"{API}/records/{small.number}/path").json()[0]["ladder"]
    assert {"skipped": "unmet", "condition": "amount > 1000.0"}.items() <= next(
        each for each in ladder if each["action"] == "task"
    ).items()


def test_a_rung_puts_it_back_into_the_queue_and_the_next_who_is_there_gets_it(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        ladder = [{"after_minutes": 0, "action": "task"}, {"after_minutes": 30, "action": "queue"}]
        cast.acme = published(cast, [(["seams", {"key": "marketing_to_sales"}, "ladder"], ladder)])
        [handoff] = offer_records(cast.acme, make_records(cast.acme), by=cast.dana)
        former = handoff.assignee_id
        scan(cast, handoff.due_at + 30 * MINUTE)
        handoff.refresh_from_db()
        assert handoff.assignee_id is None and handoff.queue is not None and handoff.queue.key == "sales"
        assert running(handoff).member_id is None and handoff.clock_run == 2
        assert Event.objects.get(kind="handoff.queued").facts["from"] in ("Rick", "Rosa")
        scan(cast, handoff.again_at)
        handoff.refresh_from_db()
        assert handoff.assignee_id in {cast.rick.pk, cast.rosa.pk} - {former}
        assert broken(cast) == {}


def test_a_rung_of_a_clock_keeps_only_what_is_not_as_usual(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        assert all(set(each) == {"action", "at"} for each in running(handoff).rungs)
        assert "handoff_hands" in blueprint_of(cast.acme).ladder_catalogue
        assert json.loads(json.dumps(running(handoff).rungs)) == running(handoff).rungs


MISSING = {"person": "gone@acme.example", "role": "admin"}
# Who is about, by target; each action with whom it reaches while everybody is here, and while nobody it names is.
REACHES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "warn": (
        {"assignee": "Rick", "manager": "Mona", "deputy": "Rosa", "person": "Cleo", "role": "Mona"},
        {"manager": "Rick", "deputy": "Rick", "person": "Rick", "role": "Rick"},
    ),
    "task": (
        {"": "Mona", "assignee": "Rick", "manager": "Mona", "deputy": "Rosa", "person": "Cleo", "role": "Mona"},
        {"": "Ada", "manager": "Ada", "deputy": "Ada", "person": "Ada", "role": "Ada"},
    ),
    "raise": (
        {"": "Ada", "manager": "Mona", "deputy": "Rosa", "owner": "Ada", "person": "Cleo", "role": "Mona"},
        {"": "Ada", "manager": "Ada", "deputy": "Ada", "person": "Ada", "role": "Ada"},
    ),
    "reassign": (
        {"": "Rosa", "manager": "Mona", "deputy": "Rosa", "owner": "Ada", "person": "Cleo", "role": "Mona"},
        {"manager": "Rosa", "deputy": "Rosa", "person": "Rosa", "role": "Rosa"},
    ),
    "away": (
        {"": "Rick", "assignee": "Rick", "manager": "Mona", "deputy": "Rosa", "person": "Cleo", "role": "Mona"},
        {"manager": "", "deputy": "", "person": "", "role": ""},
    ),
}


def reached(cast: Cast, action: str, targets: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    """Whom a step that is due reaches, by target, where Rick has the handoff."""
    TimeOff.objects.create(member=cast.rosa, starts_at=MONDAY_10 - HOUR, ends_at=MONDAY_10 + MINUTE)
    handoffs = dict(
        zip(targets, offer_records(cast.acme, make_records(cast.acme, len(targets)), by=cast.dana), strict=True)
    )
    for target, handoff in handoffs.items():
        said: dict[str, Any] = {"target": target} if target else {}
        said |= {target: names[target]} if target in names else {}
        said |= {"minutes": 60} if action == "away" else {}
        rungs = [{"action": action, "at": handoff.due_at.isoformat(), **said}]
        rungs += [{"action": "breach", "at": (handoff.due_at + 900 * HOUR).isoformat()}]
        handoff.clocks.update(rungs=rungs, next_rung_at=handoff.due_at)
    scan(cast, next(iter(handoffs.values())).due_at)
    found = {}
    for target, handoff in handoffs.items():
        step = handoff.escalations.get()
        told = Event.objects.filter(kind="handoff.notified", subject_id=handoff.pk).values_list("facts__to", flat=True)
        found[target] = step.to_member.name if step.to_member else next(iter(told), "")
        assert action != "away" or step.skipped == ("" if found[target] else "nobody")
    return found


@pytest.mark.parametrize("action", REACHES)
def test_a_step_reaches_whom_it_names_and_where_nobody_of_them_is_here_who_comes_next(cast: Cast, action: str) -> None:
    here, missing = REACHES[action]
    names = {"person": "cleo@acme.example", "role": "manager"}
    with workspace_scope(cast.acme):
        Deputy.objects.create(member=cast.rick, deputy=cast.rosa)
        assert reached(cast, action, here, names) == here
    with workspace_scope(cast.acme):
        Deputy.objects.all().delete()
        TimeOff.objects.all().delete()
        TimeOff.objects.create(member=cast.mona, starts_at=MONDAY_10 - HOUR, ends_at=MONDAY_10 + 900 * HOUR)
        Notice.objects.all().delete()
        assert reached(cast, action, missing, MISSING) == missing
        if action != "warn":
            return
        told = Notice.objects.filter(kind="breached").values_list("member__name", "title")
        assert set(told) == {("Rick", "4 handoffs: Marketing → Sales")}
        Deputy.objects.create(member=cast.rick, deputy=cast.cleo)
        [handoff] = offer_records(cast.acme, make_records(cast.acme), by=cast.dana)
        TimeOff.objects.create(member=cast.rick, starts_at=MONDAY_10 + HOUR, ends_at=MONDAY_10 + 900 * HOUR)
        scan(cast, handoff.due_at - MINUTE)
        assert Notice.objects.get(number=handoff.number, kind="due_soon").member_id == cast.cleo.pk  # who stands in
