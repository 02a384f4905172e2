"""Clocks: every deadline is computed when they start."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprint.schema.ladders import StepTerms
from core.businesstime import WorkingCalendar, minutes_between
from handoffs.rules.sla import State, carried_on, judge, start
from tests.cast import MONDAY_10

HOURS = (("09:00", "12:30"), ("13:30", "18:00"))
OFFICE = WorkingCalendar("UTC", (HOURS,) * 5 + ((), ()))
HOUR = timedelta(hours=1)


def terms(answer: int = 240, touch: int | None = 480, ladder: tuple[tuple[int, str], ...] = ()) -> SimpleNamespace:
    steps = [StepTerms(key=f"step_{n}", after_minutes=after, action=act) for n, (after, act) in enumerate(ladder)]
    allowed = {"answer_minutes": answer, "touch_minutes": touch, "touch_at_once": False}
    return SimpleNamespace(hours=OFFICE, ladder=steps, **allowed)


def test_minutes_are_working_minutes() -> None:
    clock = start(terms(), MONDAY_10 + 6 * HOUR)  # 16:00, two hours left of Monday
    assert clock.due_at == MONDAY_10 + 25 * HOUR  # Tuesday 11:00


def test_a_warning_that_would_come_before_the_offer_is_left_out() -> None:
    clock = start(terms(answer=30, ladder=((-60, "warn"), (0, "task"))), MONDAY_10)
    assert [rung.action for rung in clock.ladder] == ["task"]


@pytest.mark.parametrize(
    ("ladder", "actions"),
    [
        ((), ["task"]),
        (((-60, "warn"),), ["warn", "task"]),
        (((30, "task"),), ["breach", "task"]),
        (((0, "raise"), (60, "task")), ["raise", "task"]),
    ],
)
def test_every_breach_is_seen_and_owned_whatever_the_ladder(
    ladder: tuple[tuple[int, str], ...], actions: list[str]
) -> None:
    clock = start(terms(ladder=ladder), MONDAY_10)
    assert [rung.action for rung in clock.ladder] == actions
    assert any(rung.at == clock.due_at for rung in clock.ladder)


def test_the_former_runs_raise_is_kept_when_it_is_earlier() -> None:
    clock = start(terms(ladder=((0, "task"), (480, "raise"))), MONDAY_10)
    earlier, later = MONDAY_10 + HOUR, MONDAY_10 + timedelta(days=9)
    assert [
        r.at for r in carried_on(clock, [{"action": "raise", "at": earlier.isoformat()}]).ladder if r.action == "raise"
    ] == [earlier]
    assert carried_on(clock, [{"action": "raise", "at": later.isoformat()}]) == clock
    assert carried_on(clock, [{"action": "task", "at": earlier.isoformat()}]) == clock


@given(st.integers(1, 2000), st.integers(0, 2000), st.integers(0, 10_000))
def test_a_longer_sla_is_never_due_earlier(minutes: int, more: int, later: int) -> None:
    opened = MONDAY_10 + timedelta(minutes=later)
    assert start(terms(minutes), opened).due_at <= start(terms(minutes + more), opened).due_at
    assert minutes_between(OFFICE, opened, start(terms(minutes), opened).due_at) == minutes


@pytest.mark.parametrize(
    ("answered", "now", "state"),
    [
        (MONDAY_10, MONDAY_10 + 9 * HOUR, State.MET),
        (MONDAY_10 + HOUR, MONDAY_10 + 9 * HOUR, State.MET),
        (MONDAY_10 + 2 * HOUR, MONDAY_10 + 9 * HOUR, State.BREACHED),
        (None, MONDAY_10, State.RUNNING),
        (None, MONDAY_10 + 2 * HOUR, State.BREACHED),
    ],
)
def test_the_verdict_follows_from_stored_times_alone(answered, now, state) -> None:  # type: ignore[no-untyped-def]
    assert judge(MONDAY_10 + HOUR, answered, now) == state


def test_a_clock_at_night_is_paused() -> None:
    assert judge(MONDAY_10 + 25 * HOUR, None, MONDAY_10 + 10 * HOUR, OFFICE) == State.PAUSED
