"""The scan: warnings, breaches, tasks, changing hands, raising; each once, at the time it fell due."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F

from blueprint.documents import blueprint_of
from core.database import owner_cursor
from core.history.models import Event
from core.people.models import Team, TeamSeat, TimeOff
from core.tenancy.scope import NOW, here, workspace_scope
from handoffs import tasks
from handoffs.actions import answering, reassigning, scanning
from handoffs.models import Assignment, Clock, Escalation, Handoff, Task
from lifecycle.actions.touching import log_activity
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records, running

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def drain(cast: Cast, at) -> int:  # type: ignore[no-untyped-def]
    taken = 0
    while found := scanning.scan(cast.acme, at):
        taken += found
    return taken


def test_nothing_due_is_nothing_done(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        offer_records(cast.acme, make_records(cast.acme))
        assert scanning.scan(cast.acme, MONDAY_10) == 0
        assert not Escalation.objects.exists()


def test_an_hour_before_it_is_due_the_assignee_is_warned(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        assert drain(cast, MONDAY_10 + 4 * HOUR) == 1
        event = Event.objects.get(kind="handoff.warned")
        assert event.subject_id == handoff.pk
        assert not Task.objects.exists()


def test_a_breach_makes_one_task_for_the_manager_stamped_at_the_due_time(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        drain(cast, handoff.due_at + timedelta(minutes=7))
        drain(cast, handoff.due_at + timedelta(minutes=8))
        handoff.refresh_from_db()
        assert handoff.breached_at == handoff.due_at
        task = Task.objects.get()
        assert (task.kind, task.assignee_id, task.handoff_id, task.number) == ("breach", cast.mona.pk, handoff.pk, 1)
        assert task.due_at is not None and task.due_at > handoff.due_at
        assert Event.objects.get(kind="handoff.breached").at == handoff.due_at
        escalation = Escalation.objects.get(action="task")
        assert escalation.due_at == handoff.due_at
        assert escalation.task == task


def test_later_it_goes_to_the_next_in_rotation_with_a_clock_of_their_own(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        former, due = handoff.assignee_id, handoff.due_at
        late = MONDAY_10 + 7 * HOUR + timedelta(minutes=30)
        drain(cast, late)
        handoff.refresh_from_db()
        assert handoff.assignee_id in {cast.rick.pk, cast.rosa.pk} - {former}
        assert handoff.due_at > late
        assert handoff.clock_run == 2
        assert handoff.breached_at == due
        ended, begun = Assignment.objects.order_by("at")
        fell_due = MONDAY_10 + 7 * HOUR  # whenever that was noticed
        assert (ended.missed, ended.ended_at, begun.cause, begun.ended_at) == (True, fell_due, "ladder", None)
        assert begun.at == fell_due
        assert ended.member_id == former


def test_it_never_goes_back_and_ends_with_the_seams_owner(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        for day in range(12):
            for hour in range(0, 24, 2):
                drain(cast, MONDAY_10 + timedelta(days=day, hours=hour))
        held = list(Assignment.objects.order_by("at").values_list("member_id", flat=True))
        assert sorted(held) == sorted([cast.rick.pk, cast.rosa.pk])  # each once
        assert Event.objects.filter(kind="handoff.nobody_left").count() == 1
        kinds = list(Task.objects.order_by("number").values_list("kind", "assignee_id"))
        assert ("raise", cast.ada.pk) in kinds
        assert kinds.count(("breach", cast.mona.pk)) == 2  # one for each who missed it
        handoff.refresh_from_db()
        assert running(handoff).next_rung_at is not None  # its last step is taken again until somebody acts
        assert handoff.state == Handoff.State.OFFERED


def test_the_raise_is_not_put_off_by_changing_hands(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        raised_at = running(handoff).rungs[-1]["at"]
        drain(cast, MONDAY_10 + 7 * HOUR + timedelta(minutes=30))
        handoff.refresh_from_db()
        assert raised_at in [rung["at"] for rung in running(handoff).rungs if rung["action"] == "raise"]


def test_a_queue_is_drained_when_somebody_comes_back(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Team.objects.update(manager=None)
        for each in (cast.rick, cast.rosa):
            TimeOff.objects.create(member=each, starts_at=MONDAY_10, ends_at=MONDAY_10 + 3 * HOUR)
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        assert handoff.queue_id is not None
        drain(cast, MONDAY_10 + 7 * HOUR + timedelta(minutes=30))
        handoff.refresh_from_db()
        assert handoff.queue_id is None
        assert handoff.assignee_id in {cast.rick.pk, cast.rosa.pk}
        assert Task.objects.get().assignee_id == cast.ada.pk  # no manager: the seam's owner


def test_without_a_manager_the_task_is_the_seam_owners(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        Team.objects.update(manager=None)
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        drain(cast, handoff.due_at)
        assert Task.objects.get().assignee_id == cast.ada.pk


@pytest.mark.parametrize(("late", "has_manager", "above"), [("mona", True, "ada"), ("ada", False, "ada")])
def test_nobody_is_set_over_themselves_while_somebody_else_is_left(
    cast: Cast, late: str, has_manager: bool, above: str
) -> None:
    with workspace_scope(cast.acme):
        if not has_manager:
            Team.objects.update(manager=None)
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        handoff = reassigning.reassign(handoff, getattr(cast, late), by=cast.ada, at=MONDAY_10 + HOUR)
        drain(cast, handoff.due_at)
        assert Task.objects.get(kind="breach").assignee_id == getattr(cast, above).pk


def test_a_bad_row_is_set_aside_for_an_hour_and_the_others_go_on(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        handoffs = offer_records(cast.acme, make_records(cast.acme, 5))
        bad = handoffs[2]
        Clock.objects.filter(handoff=bad).update(rungs=[{"action": "warn"}, {"action": "task", "at": "not a time"}])
        at = MONDAY_10 + 4 * HOUR
        assert scanning.scan(cast.acme, at) == 5
        assert Escalation.objects.count() == 4
        assert running(bad).next_rung_at == at + HOUR
        assert Event.objects.get(kind="handoff.set_aside").subject_id == bad.pk
        assert scanning.scan(cast.acme, at) == 0


def test_a_thousand_due_steps_are_a_handful_of_statements(cast: Cast, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    with workspace_scope(cast.acme):
        offer_records(cast.acme, make_records(cast.acme, 1_000))
        with django_assert_max_num_queries(8):
            assert scanning.scan(cast.acme, MONDAY_10 + 4 * HOUR) == 500


def test_reassigning_by_the_ladder_is_a_handful_of_statements(cast: Cast, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    with workspace_scope(cast.acme):
        offer_records(cast.acme, make_records(cast.acme, 300))
        late = MONDAY_10 + 7 * HOUR + timedelta(minutes=30)
        scanning.scan(cast.acme, late), scanning.scan(cast.acme, late)
        with django_assert_max_num_queries(9):
            assert scanning.scan(cast.acme, late) == 300
        assert Escalation.objects.filter(action="reassign").count() == 300


def test_a_manager_gives_it_to_somebody_else(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        to = cast.rosa if handoff.assignee_id == cast.rick.pk else cast.rick
        changed = reassigning.reassign(handoff, to, by=cast.mona, at=MONDAY_10 + HOUR, note="knows them")
        assert (changed.assignee_id, changed.clock_run, changed.due_at) == (to.pk, 2, handoff.due_at)
        assert Assignment.objects.filter(missed=True).count() == 0
        event = Event.objects.get(kind="handoff.reassigned")
        assert (event.actor_id, event.facts["to"]) == (cast.mona.pk, to.name)


@pytest.mark.django_db(transaction=True)
def test_the_task_finds_the_work_of_every_workspace_by_itself(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        Clock.objects.update(next_rung_at=MONDAY_10 - timedelta(days=365))
    with workspace_scope(cast.globex):
        TeamSeat.objects.create(team=Team.objects.get(key="sales"), member=cast.otto)
        offer_records(cast.globex, make_records(cast.globex))
        Clock.objects.update(next_rung_at=MONDAY_10 - timedelta(days=365))
    assert tasks.scan_for_due_steps() >= 2
    for workspace in (cast.acme, cast.globex):
        with workspace_scope(workspace):
            assert Escalation.objects.filter(handoff__seam_id=blueprint_of(workspace).seams[0].id).exists()


def test_an_accepted_handoff_nobody_touches_becomes_a_task(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        touched, left = offer_records(cast.acme, make_records(cast.acme, 2))
        for handoff in (touched, left):
            answering.accept(handoff, by=cast.mona, at=MONDAY_10 + HOUR)
        log_activity(touched.record, kind="email", outcome="Sent", by=cast.mona, at=MONDAY_10 + 2 * HOUR)
        assert drain(cast, left.touch_due_at - timedelta(minutes=1)) == 0
        assert drain(cast, left.touch_due_at + timedelta(minutes=1)) == 1
        task = Task.objects.get()
        assert (task.kind, task.handoff_id, task.assignee_id) == ("first_touch", left.pk, cast.mona.pk)
        assert Event.objects.get(kind="handoff.touch_missed").at == left.touch_due_at
        left.refresh_from_db()
        assert left.breached_at is None and not left.clocks.filter(next_rung_at__isnull=False).exists()


def test_below_the_watermark_nothing_is_looked_for_and_nothing_is_lost(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        [handoff] = offer_records(cast.acme, make_records(cast.acme))
        first = running(handoff).next_rung_at
        assert first is not None
        assert scanning.scan(cast.acme, first + HOUR, low=first) == 0
        assert scanning.scan(cast.acme, first + HOUR, low=first - HOUR) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at", [None, MONDAY_10], ids=["the database's now", "a moment"])
def test_what_is_due_is_found_through_its_index(cast: Cast, at: datetime | None) -> None:
    """Among a million open handoffs a look at each would cost a second, though nothing is due."""
    with workspace_scope(cast.acme):
        offer_records(cast.acme, make_records(cast.acme, 400))
        Clock.objects.update(next_rung_at=F("due_at") + timedelta(days=60_000))
    with owner_cursor() as cursor:  # the planner knows the table as it is, whatever other tests have left behind
        cursor.execute("analyze handoffs_clock, handoffs_handoff, lifecycle_record")
    with workspace_scope(cast.acme), connection.cursor() as cursor:
        asked = {"workspace": here(), "at": at or NOW, "most": 500, "low": scanning.EARLIEST, "handoff": None}
        cursor.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
        cursor.execute(f"explain {scanning.CLAIM_DUE_STEPS.text}", asked)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    [condition] = [line for line in plan.splitlines() if "Index Cond" in line and "next_rung_at >" in line]
    assert "Index Scan using clock_due" in plan and "next_rung_at <=" in condition, plan
