"""Late tasks are chased, and records that stay too long in a stage are told."""

import json
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from blueprint.documents import blueprint_of
from core.notices.models import Notice, NoticeKind
from core.notices.telling import tell_people
from core.people.models import Deputy, Member, TimeOff
from core.tenancy.scope import workspace_scope
from handoffs import tasks
from handoffs.actions import answering
from handoffs.actions.chasing import chase_tasks
from handoffs.actions.scanning import scan
from handoffs.actions.settling import settle
from handoffs.actions.stage_ladders import StageStep, follow_ages, scan_stages
from handoffs.actions.tasking import complete_task
from handoffs.actions.tasks_by_hand import WantedTask, make_task, snooze
from handoffs.models import StageClock, Task
from handoffs.queries.stage_ages import stage_age_of
from lifecycle.actions import rescoring
from lifecycle.actions.advancing import advance
from lifecycle.actions.intake import Incoming, take_in
from lifecycle.models import Record, Rescoring
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import published
from tests.handoffs.factories import make_records, offer_records
from tests.handoffs.test_api import API, as_

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told(member: Member) -> list[tuple[str, str]]:
    return list(Notice.objects.filter(member=member).order_by("at", "id").values_list("kind", "title"))


def test_a_late_task_reminds_once_then_is_raised_and_ends_what_it_raised(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        due = MONDAY_10 + HOUR
        first, second = (
            make_task(WantedTask(title, cast.rick, due_at=due), by=cast.rick, at=MONDAY_10)
            for title in ("Call", "Write")
        )
        assert chase_tasks(cast.acme, due - HOUR / 2) == 0
        assert [chase_tasks(cast.acme, due + HOUR * n) for n in (0, 1)] == [2, 0]
        assert told(cast.rick) == [("breached", "2 tasks: tasks")]
        snooze(second, 5, by=cast.rick, at=due)  # put off: chased anew when it is late again
        assert chase_tasks(cast.acme, due + DAY) == 1
        assert chase_tasks(cast.acme, due + DAY) == 0
        raised = Task.objects.get(kind="late_task")
        assert (raised.assignee_id, raised.about_id, raised.title) == (cast.mona.pk, first.pk, "Late with Rick: Call")
        assert told(cast.mona) == [("raised", "Late with Rick: Call")]
        complete_task(first, "Reached them", by=cast.rick, at=due + DAY + HOUR)
        raised.refresh_from_db()
        assert raised.outcome == "Done by Rick: Reached them" and raised.done_at is not None
        assert chase_tasks(cast.acme, due + 5 * DAY) == 1  # the other one again
        news = Notice.objects.filter(about="task", number=second.number, kind="breached", seen_at=None)
        assert news.count() == 1
        Deputy.objects.create(member=cast.mona, deputy=cast.rosa)
        TimeOff.objects.create(member=cast.mona, starts_at=due + 5 * DAY, ends_at=due + 9 * DAY)
        assert chase_tasks(cast.acme, due + 8 * DAY) == 1
        assert Task.objects.get(about=second).assignee_id == cast.rosa.pk  # who stands in for who is above
        snooze(second, 1, by=cast.rick, at=due + 8 * DAY)
        assert chase_tasks(cast.acme, due + 12 * DAY)
        assert Task.objects.filter(about=second, done_at=None).count() == 1  # who is above has it already
        complete_task(second, "Wrote", by=cast.rick, at=due + 12 * DAY)
        assert not news.exists()
    tasks.chase()  # as the worker does, with no scope open


@pytest.mark.parametrize(("last", "again"), [("task", "task"), ("raise", "raise"), ("warn", "task")])
def test_a_stages_last_step_is_taken_again_on_its_condition_and_never_only_tells(last: str, again: str) -> None:
    rungs = json.dumps([{"action": last, "at": MONDAY_10.isoformat(), "condition": "blank(last_activity_at)"}])
    id_ = uuid4()
    first, later = (StageStep(id_, id_, id_, 1, MONDAY_10, rungs, place, MONDAY_10, True).said for place in (0, 1))
    assert first["action"] == last and later["action"] == again
    assert later["condition"] == "blank(last_activity_at)"  # whoever was touched since is no longer chased


def test_of_two_tasks_about_a_handoff_the_open_one_stays_news(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        told: dict[str, Any] = {"about": "handoff", "number": handoff.number, "by": None, "at": MONDAY_10}
        tasks = []
        for number, kind in enumerate(("breach", "first_touch", "raise"), start=900):
            tell_people([cast.mona], NoticeKind.TASK, kind, **told)
            tasks.append(
                Task.objects.create(number=number, kind=kind, title=kind, assignee=cast.mona, handoff=handoff,
                                    created_at=MONDAY_10)
            )  # fmt: skip
        news = Notice.objects.filter(about="handoff", number=handoff.number, kind="task", seen_at=None)
        complete_task(tasks[0], "Asked", by=cast.mona, at=MONDAY_10 + HOUR)
        settle({handoff.pk: "Asked."}, ["raise"], by=cast.mona, at=MONDAY_10 + HOUR)
        assert news.count() == 3
        settle({handoff.pk: "Touched."}, ["first_touch"], by=cast.mona, at=MONDAY_10 + HOUR)
        assert not news.exists()


def test_what_was_told_of_several_is_news_until_the_last_of_them_is_done(cast: Cast) -> None:
    def news(member: Member, kind: str) -> int:
        return Notice.objects.filter(member=member, kind=kind, number=None, seen_at=None).count()

    with workspace_scope(cast.acme):
        handoffs = offer_records(cast.acme, make_records(cast.acme, 4), by=cast.dana)
        due = handoffs[0].due_at
        scan(cast.acme, due - HOUR)
        scan(cast.acme, due)
        assert [news(cast.rick, kind) for kind in ("offered", "due_soon", "breached")] == [1, 1, 1]
        assert news(cast.mona, "task") == 1
        first, second = (each for each in handoffs if each.assignee_id == cast.rick.pk)
        answering.accept(first, by=cast.rick, at=due + HOUR)
        assert news(cast.rick, "offered") == 1
        answering.reject(second, "junk", by=cast.rick, at=due + HOUR)
        assert [news(cast.rick, kind) for kind in ("offered", "due_soon", "breached")] == [0, 0, 0]
        assert (news(cast.rosa, "offered"), news(cast.mona, "task")) == (1, 1)
        theirs = Task.objects.filter(assignee=cast.mona, done_at=None)
        for left in (1, 0):
            complete_task(theirs.order_by("number")[0], "Asked", by=cast.mona, at=due + HOUR)
            assert (theirs.count(), news(cast.mona, "task")) == (left, left)


LADDER: list[dict[str, Any]] = [
    {"after_minutes": -60, "action": "warn", "condition": "blank(last_activity_at)"},
    {"after_minutes": 0, "action": "task", "condition": "score > 5000"},
    {"after_minutes": 1440, "wall": True, "action": "task"},
    {"after_minutes": 2880, "wall": True, "action": "raise"},
]


def who_stands_there_has_it_from_the_day_they_entered(cast: Cast, old: Record, new: Record) -> None:
    """Of the steps that were over when the ladder was published only the newest is taken, once; a closed stage has it
    as well. A walk for what fades, under way when ladders came, begins again for them."""
    under_way = {"cause": rescoring.Cause.FADED, "reached": max(old.pk, new.pk), "asked_count": 2}
    Rescoring.objects.filter(finished_at=None).update(**under_way)
    with connection.cursor() as cursor:
        cursor.execute(import_module("governance.migrations.0017_walks_begin_again_with_ladders").BEGIN_AGAIN)
    for cause in (rescoring.Cause.FADED, rescoring.Cause.PUBLISHED):  # the first goes on with what is under way
        rescoring.begin(cast.acme, cause, at=MONDAY_10)
        while rescoring.ask_batch(cast.acme, at=MONDAY_10):
            pass
        assert StageClock.objects.count() == 2
    assert [scan_stages(cast.acme, MONDAY_10 + n * HOUR) for n in (0, 0, 1)] == [1, 0, 0]
    assert Task.objects.get(kind="aged").record_id == old.pk and told(cast.dana) == []
    steps = stage_age_of(old).ladder
    assert [each.skipped for each in steps] == ["earlier", "earlier", "earlier", "", ""]
    assert (steps[3].at, steps[4].at, steps[4].is_next) == (MONDAY_10, MONDAY_10 + 2 * DAY, True)
    assert stage_age_of(new).ladder[0].at == MONDAY_10 + 23 * HOUR
    lead, recycled = (blueprint_of(cast.acme).stages_by_path[f"lifecycle/{key}"].id for key in ("lead", "recycled"))
    tell_people([cast.mona], NoticeKind.RAISED, "Late", about="record", number=new.number, by=None, at=MONDAY_10)
    Record.objects.filter(pk=new.pk).update(stage=lead, entered_stage_at=MONDAY_10 + HOUR)
    follow_ages(cast.acme, {lead: [new.pk], recycled: [old.pk]}, by=None, at=MONDAY_10 + HOUR)  # one there, one back
    assert StageClock.objects.get(record=new, stage_id=recycled).stopped_at == MONDAY_10 + HOUR
    assert not Notice.objects.filter(about="record", number=new.number, seen_at=None).exists()
    Record.objects.filter(pk=new.pk).update(stage=recycled, entered_stage_at=MONDAY_10)
    Task.objects.filter(done_at=None).update(done_at=MONDAY_10)
    StageClock.objects.update(next_rung_at=None)  # they are no part of what follows


def where_the_holder_is_away_it_is_passed_up(cast: Cast, record: Record, at: datetime) -> None:
    task = Task.objects.get(record=record, kind="aged", done_at=None)
    assert task.assignee_id == cast.ada.pk
    rest = TimeOff.objects.create(member=cast.ada, starts_at=at, ends_at=at + HOUR)
    rungs = [{"action": "task", "at": at.isoformat()}]
    clock = StageClock.objects.filter(record=record)
    former = clock.get()
    clock.update(rungs=rungs, rung=0, next_rung_at=at)
    assert scan_stages(cast.acme, at) == 1
    assert Task.objects.get(record=record, kind="aged", done_at=None).assignee_id == cast.mona.pk
    clock.update(rungs=former.rungs, rung=former.rung, taken=former.taken, next_rung_at=former.next_rung_at)
    rest.delete()


def test_a_record_that_stays_too_long_climbs_the_ladder_of_its_stage_until_it_moves(cast: Cast, client: Client) -> None:
    stages = [["pipelines", {"key": "lifecycle"}, "stages", {"key": key}] for key in ("lead", "recycled")]
    with workspace_scope(cast.acme):
        ladders = [([*stage, "ladder"], LADDER) for stage in stages]
        stands: dict[str, Any] = {"path": "lifecycle/recycled", "owner": cast.dana}
        standing = [*make_records(cast.acme, at=MONDAY_10 - 90 * DAY, **stands), *make_records(cast.acme, **stands)]
        cast.acme = published(cast, [*(([*stage, "age_limit_days"], 1) for stage in stages), *ladders])
        Notice.objects.all().delete()  # of the version, which is not what follows
        who_stands_there_has_it_from_the_day_they_entered(cast, *standing)
        core = {"owner_id": str(cast.dana.pk)}
        rows = [
            Incoming(n, "lead", core={**core, "name": f"Lead {n}", "email": f"l{n}@x.example"}, is_read=True)
            for n in (1, 2)
        ]
        take_in(cast.acme, rows, by=cast.ada, at=MONDAY_10)
        slow, quick = Record.objects.filter(kind="lead", stage__key="lead").order_by("number")
        assert StageClock.objects.filter(next_rung_at__isnull=False).count() == 2
        assert scan_stages(cast.acme, MONDAY_10 + 22 * HOUR) == 0
        assert [scan_stages(cast.acme, MONDAY_10 + 23 * HOUR) for _ in range(2)] == [2, 0]
        assert told(cast.dana) == [("due_soon", "2 records: Lead")]
        assert scan_stages(cast.acme, MONDAY_10 + 24 * HOUR) == 2  # skipped: the score is small
        assert scan_stages(cast.acme, MONDAY_10 + 48 * HOUR) == 2
        assert Task.objects.filter(kind="aged", done_at=None).count() == 2
        assert scan_stages(cast.acme, MONDAY_10 + 73 * HOUR) == 2
        assert scan_stages(cast.acme, MONDAY_10 + 122 * HOUR) == 2  # the last step again: no second task
        assert Task.objects.filter(kind="aged", done_at=None).count() == 2
        where_the_holder_is_away_it_is_passed_up(cast, slow, MONDAY_10 + 122 * HOUR)
        aged = Task.objects.get(record=quick, kind="aged")
        said: dict[str, Any] = {
            "kind": "late_task",
            "title": "Late",
            "assignee": cast.mona,
            "about": aged,
            "record": quick,
        }
        above = Task.objects.create(number=900, created_at=MONDAY_10 + 123 * HOUR, **said)
        tell_people([cast.mona], NoticeKind.RAISED, "Late", about="record", number=quick.number, by=None, at=MONDAY_10)
        past = {"override": True, "reason_key": "history"}
        advance(quick, "disqualified", by=cast.ada, at=MONDAY_10 + 124 * HOUR, **past)
        assert not Notice.objects.filter(about="record", number=quick.number, seen_at=None).exists()
        for each in (aged, above):
            each.refresh_from_db()
            assert each.outcome == "It has moved on."
        assert StageClock.objects.filter(next_rung_at__isnull=False).count() == 1
    as_(cast.vera, client)
    told_ladder = client.get(f"{API}/records/{slow.number}/stage-ladder").json()
    assert [each["skipped"] for each in told_ladder["ladder"]][:3] == ["", "unmet", ""]
    assert told_ladder["ladder"][-1]["is_next"] and told_ladder["ladder"][2]["task"]
    page = client.get(f"/w/acme/records/{slow.number}/path/").content.decode()
    assert "What happens when it stays too long" in page and "Skipped: its condition was not met" in page
    assert client.get(f"{API}/records/{quick.number}/stage-ladder").status_code == 204
    with workspace_scope(cast.acme):
        no_more = published(cast, [([*stages[0], "ladder"], [])], at=MONDAY_10 + 125 * HOUR)
        assert [scan_stages(no_more, MONDAY_10 + n * HOUR) for n in (167, 168, 300)] == [0, 1, 0]
        assert Task.objects.get(record=slow, kind="aged").outcome == "Its stage has no ladder any more."
