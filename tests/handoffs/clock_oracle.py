"""Clocks against an oracle that counts working time on the wall, minute by minute and to the microsecond, over random
zones, weeks, holidays, pauses and changes of hands: `python -m tests.handoffs.clock_oracle --count 20000`."""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from pytest import approx

from core.businesstime import NoWorkingHours, WorkingCalendar
from handoffs.rules.given_by_hand import next_clock
from handoffs.rules.halts import Halt, joined, moved, trace_around
from handoffs.rules.sla import ClockTimes, start
from tests.revops.test_businesstime import ODD_DAYS, works

MINUTE = timedelta(minutes=1)
SEEN = timedelta(days=9)


@dataclass
class Held:
    """The clock of one of those who had it, as the oracle counts it; due None is later than it looks."""

    started_at: datetime
    due_at: datetime | None
    restarts: int
    halts: list[Halt] = field(default_factory=list)


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


def counted_due(
    calendar: WorkingCalendar, started: datetime, minutes: int, halts: Sequence[Halt] = ()
) -> datetime | None:
    """When so many working minutes are over in which nothing stood still: looked at minute by minute."""
    edges = [edge for halt in halts for edge in (halt.since, halt.until)]
    at, left = started, timedelta(minutes=minutes)
    while left and at < started + SEEN:
        local = at.astimezone(ZoneInfo(calendar.time_zone))
        step = min(
            [
                MINUTE - timedelta(seconds=local.second, microseconds=local.microsecond),
                *(edge - at for edge in edges if edge > at),
            ]
        )
        if works(calendar, at) and not any(halt.since <= at < halt.until for halt in halts):
            step = min(step, left)
            left -= step
        at += step
    return None if left else at


def stood_still(dice: random.Random, terms: Any, times: ClockTimes, expected: Held, at: datetime) -> ClockTimes:
    """The clock after a pause that began at `at`, and was perhaps ended before its time or put off."""
    until = at + timedelta(seconds=dice.randint(1, 90_000))
    ends = dice.choice([until, until, at + (until - at) * dice.random(), until + timedelta(hours=dice.randint(0, 9))])
    if times.due_at <= at:
        return times
    due = moved(terms.hours, moved(terms.hours, times.due_at, at, until), until, ends)
    expected.halts.append(Halt(at, ends, "away"))
    expected.due_at = counted_due(terms.hours, expected.started_at, terms.answer_minutes, expected.halts)
    if expected.due_at is not None:
        halts = list(joined(expected.halts, times.started_at, due))
        assert sum(line.minutes for line in trace_around(terms.hours, times.started_at, due, halts)) == approx(
            terms.answer_minutes
        )
    return replace(times, due_at=due, ladder=())


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
        if dice.random() < 0.4:
            times = stood_still(dice, terms, times, expected, at)
            if expected.due_at is None:
                return "beyond what is looked at"
            assert times.due_at == expected.due_at, (calendar, terms, at, expected.halts)
            at += timedelta(seconds=dice.randint(0, 9_000))
            at = max([at, *(halt.until for halt in expected.halts)])
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
