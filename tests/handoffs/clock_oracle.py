"""Clocks against an oracle that counts working time on the wall, minute by minute and to the second, over random zones,
weeks, holidays, and hands that a handoff goes through: `python -m tests.handoffs.clock_oracle --count 20000`."""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from core.businesstime import NoWorkingHours, WorkingCalendar
from handoffs.rules.given_by_hand import next_clock
from handoffs.rules.sla import start
from tests.revops.test_businesstime import ODD_DAYS, works

MINUTE = timedelta(minutes=1)
SEEN = timedelta(days=9)


@dataclass
class Held:
    """The clock of one of those who had it, as the oracle counts it; due None is later than it looks."""

    started_at: datetime
    due_at: datetime | None
    restarts: int


def some_calendar(dice: random.Random) -> tuple[WorkingCalendar, datetime]:
    """A calendar, and a moment near an odd day of its zone."""
    zone = dice.choice(sorted(ODD_DAYS))
    near = datetime.fromisoformat(dice.choice(ODD_DAYS[zone])).replace(tzinfo=UTC)

    def a_day() -> tuple[tuple[str, str], ...]:
        edges = sorted(dice.sample(range(97), dice.choice([0, 2, 2, 4, 6])))
        times = [f"{edge // 4:02}:{edge % 4 * 15:02}" for edge in edges]
        return tuple(zip(times[::2], times[1::2], strict=True))

    holidays = frozenset((near + timedelta(days=dice.randint(-1, 8))).date() for _ in range(dice.randint(0, 3)))
    calendar = WorkingCalendar(zone, tuple(a_day() for _ in range(7)), holidays)
    return calendar, near + timedelta(seconds=dice.randint(-36_000, 172_800))


def counted_due(calendar: WorkingCalendar, started: datetime, minutes: int) -> datetime | None:
    """When so many working minutes are over: looked at minute by minute."""
    at, left = started, timedelta(minutes=minutes)
    while left and at < started + SEEN:
        local = at.astimezone(ZoneInfo(calendar.time_zone))
        step = MINUTE - timedelta(seconds=local.second)
        if works(calendar, at):
            step = min(step, left)
            left -= step
        at += step
    return None if left else at


def one_life(dice: random.Random) -> str:
    """One handoff that is given away by hand again and again; what became of it. Raises AssertionError."""
    calendar, at = some_calendar(dice)
    allowed, most = dice.choice([0, 1, 30, 240, 480]), dice.choice([0, 0, 1, 3])
    said: dict[str, Any] = {"hours": calendar, "answer_minutes": allowed, "touch_minutes": None, "ladder": ()}
    terms: Any = SimpleNamespace(**said, restarts=most, touch_at_once=False)
    try:
        times = start(terms, at)
    except NoWorkingHours:
        assert counted_due(calendar, at, allowed) is None
        return "never open"
    expected, restarts, came = Held(at, counted_due(calendar, at, allowed), 0), 0, "one hand"
    for _ in range(dice.randint(1, 5)):
        if expected.due_at is None:
            assert times.due_at >= expected.started_at + SEEN
            return "beyond what is looked at"
        assert (times.started_at, times.due_at) == (expected.started_at, expected.due_at), (calendar, terms, at)
        at += timedelta(seconds=dice.randint(0, 90_000))
        running = SimpleNamespace(started_at=times.started_at, due_at=times.due_at, restarts=restarts)
        given = next_clock(terms, running, None, times.as_rows()[0]["rungs"], at)
        came = "missed" if expected.due_at <= at else "begun anew" if expected.restarts < most else "kept"
        if came != "kept":
            expected = Held(at, counted_due(calendar, at, allowed), expected.restarts + (came == "begun anew"))
        assert (given.is_new, given.restarts) == (came != "kept", expected.restarts), (calendar, terms, at)
        times, restarts = given.times, given.restarts
    return came


def lives(count: int, seed: int) -> Counter[str]:
    """So many of them, and how often each came out how."""
    dice = random.Random(seed)
    return Counter(one_life(dice) for _ in range(count))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for came, times in lives(asked.count, asked.seed).most_common():
        sys.stdout.write(f"{times:8,} {came}\n")
