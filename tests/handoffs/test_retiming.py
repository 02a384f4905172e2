"""Open clocks when other times are published: they stay, are counted anew, or begin anew."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from blueprint.schema.ladders import StepTerms
from blueprint.schema.vocabularies import OpenClocks
from core.businesstime import WorkingCalendar, due_at
from core.history.models import Event
from core.operating.models import SetAside
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from governance.impact.due_impact import clocks_at_publishing
from handoffs.actions import answering, pausing, retiming_work
from handoffs.actions.moving_clocks import ClockHold, moved_clock
from handoffs.actions.retiming_work import follow_now
from handoffs.actions.scanning import take_due_steps
from handoffs.models import Clock, Escalation, Handoff, Retiming
from handoffs.rules.halts import Halt
from handoffs.rules.open_clocks import retimed
from handoffs.rules.sla import start
from revops.audit.running import audit
from tests.cast import MONDAY_10, Cast
from tests.governance.drafts import approved, published
from tests.handoffs.factories import make_records, offer_records, running, seam_with
from tests.lifecycle.test_owners import send, signed_in

ALWAYS = WorkingCalendar("UTC", ((("00:00", "24:00"),),) * 7)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NOON = MONDAY_10 + 2.5 * HOUR  # after lunch, where working time is time


def step(action: str, after: int) -> StepTerms:
    return StepTerms(key=action, action=action, after_minutes=after)


@pytest.mark.parametrize(
    ("way", "minutes", "halts", "taken", "due", "rungs"),
    [
        ("keep", 60, [], [], None, None),
        ("recalculate", 300, [], [], 5, [("warn", 4), ("task", 5)]),
        ("recalculate", 300, [], ["warn"], 5, [("warn", 1), ("task", 5)]),  # what was taken is not taken again
        # the only task was made early: that it is late is seen all the same
        ("recalculate", 300, [], ["warn", "task"], 5, [("warn", 1), ("task", 1), ("breach", 5)]),
        ("recalculate", 60, [], ["warn"], 3, [("warn", 1), ("task", 3)]),  # late by the new time: until now, no longer
        ("recalculate", 300, [(1, 2)], [], 6, [("warn", 5), ("task", 6)]),  # it stood still for an hour
        ("restart", 60, [], ["warn"], 4, [("warn", 1), ("task", 4)]),
        ("restart", 120, [], ["warn"], 5, [("warn", 1), ("warn", 4), ("task", 5)]),
        ("restart", 60, [(1, 5)], [], 6, [("task", 6)]),  # it stands still for two hours more
    ],
)
def test_where_an_open_clock_goes(
    way: str, minutes: int, halts: Any, taken: list[str], due: float | None, rungs: list[tuple[str, float]]
) -> None:
    def at(hour: float) -> datetime:
        return MONDAY_10 + hour * HOUR

    terms: Any = SimpleNamespace(
        hours=ALWAYS, answer_minutes=minutes, touch_minutes=None, touch_at_once=False,
        ladder=[step("warn", -60), step("task", 0)],
    )  # fmt: skip
    before = [{"action": action, "at": at(1).isoformat()} for action in taken]
    clock = SimpleNamespace(kind="answer", started_at=at(0), due_at=at(4), rung=len(before), rungs=before + [{}, {}])
    stood = [Halt(at(since), at(until), "") for since, until in halts]
    move = retimed(OpenClocks(way), terms, clock, stood, at(3))
    if due is None:
        assert move is None
        return
    assert move is not None and (move.started_at, move.due_at) == (at(3 if way == "restart" else 0), at(due))
    assert move.rungs == [{"action": action, "at": at(hour).isoformat()} for action, hour in rungs]


def test_a_step_by_the_wall_clock_stays_as_far_from_the_due_time_wherever_that_goes() -> None:
    """Open from nine to five: due on Tuesday at ten, a reminder two hours before and a step two hours after it, on the
    wall; the working minutes between would be others."""
    days = WorkingCalendar("UTC", ((("09:00", "17:00"),),) * 7)
    ladder = [step("warn", -120), step("task", 0), step("raise", 480)]
    ladder = [each.model_copy(update={"wall": each.action != "task"}) for each in ladder]
    terms: Any = SimpleNamespace(hours=days, answer_minutes=480, touch_minutes=None, touch_at_once=False, ladder=ladder)
    ten = datetime(2026, 3, 3, 10, tzinfo=UTC)
    rows = start(terms, ten - 24 * HOUR).as_rows()[0]["rungs"]
    assert [datetime.fromisoformat(rung["at"]) for rung in rows] == [ten - 2 * HOUR, ten, ten + 8 * HOUR]
    stood = [Halt(ten - 23 * HOUR, ten - 17 * HOUR, "")]  # six working hours, to five in the afternoon
    clock = SimpleNamespace(kind="answer", started_at=ten - 24 * HOUR, due_at=ten, rung=0, rungs=rows)
    move = retimed(OpenClocks.RECALCULATE, terms, clock, stood, ten - 17 * HOUR)
    assert move is not None and move.due_at == ten + 6 * HOUR
    assert [rung["at"] for rung in move.rungs] == [(ten + each * HOUR).isoformat() for each in (4, 6, 14)]
    handoff: Any = SimpleNamespace(allowed_in=lambda _: terms)
    kept = Clock(
        workspace_id=uuid4(), kind="answer", started_at=ten - 24 * HOUR, due_at=ten,
        rungs=rows, next_rung_at=ten - 2 * HOUR,
    )  # fmt: skip
    told = moved_clock(kept, ClockHold(handoff, ten - 23 * HOUR, ten - 17 * HOUR))
    assert (told["due"], told["rungs"]) == ((ten + 6 * HOUR).isoformat(), move.rungs)
    assert told["next"] == told["rungs"][0]["at"]
    day = moved_clock(kept, ClockHold(handoff, ten - 3 * HOUR, ten + 23 * HOUR))  # while it stands, nothing falls due
    assert (day["due"], day["next"]) == ((ten + 24 * HOUR).isoformat(), (ten + 23 * HOUR).isoformat())


@pytest.mark.django_db
def test_publishing_other_times_moves_the_clocks_that_run_and_no_other(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        late, answered, paused, first = offer_records(cast.acme, make_records(cast.acme, 4), by=cast.dana)
        due = first.due_at
        for each in (answered, paused):
            assert each.assignee is not None
        answering.accept(answered, by=answered.assignee, at=MONDAY_10 + HOUR)
        pausing.pause(paused, pausing.WantedPause("customer_away"), by=cast.mona, at=NOON)
        Handoff.objects.filter(pk=late.pk).update(due_at=NOON, breached_at=NOON)
        late.clocks.update(due_at=NOON, breached_at=NOON, state="breached", offered_at=late.offered_at)
        impact = clocks_at_publishing(seam_with(cast.acme, answer_minutes=60), NOON + HOUR)
        told = {name: impact[name] for name in ("way", "clocks", "sooner", "later", "late")}
        assert told == {"way": "keep", "clocks": 3, "sooner": 2, "later": 0, "late": 1}
        assert sum(each["count"] for each in impact["who"]) == 1
        seam = ["seams", {"key": "marketing_to_sales"}]
        at = NOON + HOUR
        published(cast, [([*seam, "answer_minutes"], 300), ([*seam, "open_clocks"], "recalculate")], at)
        was = {each.pk: each.due_at for each in (late, answered, paused)}
        for each in (late, answered, paused, first):
            each.refresh_from_db()
        assert (first.due_at, first.blueprint_version) == (due + HOUR, 2)
        assert (late.due_at, answered.due_at) == (NOON, was[answered.pk])
        assert paused.due_at > was[paused.pk] + timedelta(days=5) and running(paused).due_at == paused.due_at
        assert [rung["at"] for rung in running(first).rungs][0] == (due).isoformat()  # an hour before it is due
        moved = Event.objects.filter(kind="handoff.retimed").values_list("subject_id", flat=True)
        assert {first.pk, paused.pk} <= set(moved) and late.pk not in moved
        assert not any(each.broken for each in audit(cast.acme, only="clocks_are_kept"))


@pytest.mark.django_db
def test_many_clocks_are_retimed_by_a_worker_in_slices_and_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retiming_work, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(retiming_work, "SLICE", 2)
    now, seam = timezone.now(), ["seams", {"key": "marketing_to_sales"}]
    follow, locked = retiming_work.NewTimes.follow, retiming_work._locked

    def work() -> bool:
        return retiming_work.work_on_next(Workspace.objects.get(pk=cast.acme.pk), lambda: now)

    def by(minutes: int) -> datetime:
        return due_at(waits[0].allowed.hours, now, minutes)

    def found(*those: Handoff) -> set[tuple[int, datetime]]:
        rows = Clock.objects.filter(handoff__in=those, kind="answer", stopped_at=None)
        assert set(rows.values_list("due_at")) == set(
            Handoff.objects.filter(pk__in=rows.values("handoff")).values_list("due_at")
        )
        return set(rows.values_list("handoff__blueprint_version", "due_at"))

    with workspace_scope(cast.acme):
        first, *waits = offer_records(cast.acme, make_records(cast.acme, 5), by=cast.dana, at=now)
        edits = [([*seam, "answer_minutes"], 300), ([*seam, "open_clocks"], "recalculate")]
        one = f"changes/{approved(cast, edits, now).number}"
        asked = send(cast.ada, "post", f"{one}/publication", {})
        assert (asked.status_code, asked["Location"]) == (202, f"/api/v1/w/acme/{one}")
        assert asked.json()["retiming"]["state"] == "waiting"
        assert b"Waiting for a worker" in signed_in(cast.ada).get(f"/w/acme/{one}/").content
        acme = Workspace.objects.get(pk=cast.acme.pk)
        [new] = offer_records(acme, make_records(acme), by=cast.dana, at=now)
        assert found(new) == {(2, by(300))} and found(first, *waits) == {(1, by(240))}
        # what would be late by the old times follows before any step of theirs is taken
        take_due_steps([first.pk], by(240))
        assert found(first) == {(2, by(300))} and found(*waits) == {(1, by(240))}
        assert list(Escalation.objects.values_list("action", "due_at")) == [("warn", by(240))]  # an hour before by(300)
        published(cast, [([*seam, "answer_minutes"], 360)], now)  # a second one meanwhile waits for the first
        assert list(Retiming.objects.order_by("version").values_list("version", "state")) == [
            (2, "waiting"), (3, "waiting"),
        ]  # fmt: skip

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as broken:
            broken.setattr(retiming_work.NewTimes, "follow", killed)
            with pytest.raises(KeyboardInterrupt):
                work()
        order = Retiming.objects.get(version=2)
        assert (order.state, order.done_count) == ("running", 0) and found(*waits) == {(1, by(240))}
        with monkeypatch.context() as broken:
            broken.setattr(retiming_work, "_follow", lambda *_: 1 / 0)
            assert work()
        told = signed_in(cast.ada).get(f"/api/v1/w/acme/{one}").json()["retiming"]
        assert (told["state"], told["error"][:17], told["done"]) == ("failed", "ZeroDivisionError", 0)
        assert b"Try again" in signed_in(cast.ada).get(f"/w/acme/{one}/").content
        assert send(cast.mona, "post", f"{one}/retiming", {}).status_code == 403
        assert send(cast.ada, "post", f"{one}/retiming", {}).status_code == 202

        def stumbles(times: Any, handoffs: Any, *rest: Any) -> None:
            follow(times, handoffs, *rest)
            if waits[2] in handoffs:
                raise ValueError("what is this?")

        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(retiming_work.NewTimes, "follow", stumbles)
            meanwhile.setattr(retiming_work, "_locked", lambda ids: [each for each in locked(ids) if each != waits[0]])
            assert work() and work() and not work()  # somebody has one in hand: it is looked at again
            assert Retiming.objects.get(version=2).left == [str(waits[0].pk)]
        assert work() and found(waits[0], waits[1], waits[3]) == {(2, by(300))} and found(waits[2]) == {(1, by(240))}
        aside = SetAside.objects.get(kind=retiming_work.RETIMING)
        assert aside.subject_id == waits[2].pk and follow_now(waits[2].pk, now) and found(waits[2]) == {(3, by(360))}
        while work():
            pass
        assert found(first, new, *waits) == {(3, by(360))}
        events = Event.objects.filter(kind="handoff.retimed")
        assert events.count() == 11, "each once for each version, the newest for the second alone"
        told = signed_in(cast.ada).get(f"/api/v1/w/acme/{one}").json()["retiming"]
        assert (told["state"], told["handoffs"], told["done"], told["set_aside"]) == ("done", 4, 4, 1)
