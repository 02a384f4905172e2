"""Clocks against an oracle that counts working time on the wall, minute by minute and to the microsecond, over random
zones, weeks, nights, holidays, single days, pauses, SLA lines, every minute or working time, and hands that a handoff
goes through, each with hours of their own, of their team or of the seam:
`python -m tests.handoffs.clock_oracle --count 20000`."""

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

from core.businesstime import NoWorkingHours, WorkingCalendar, every_hour
from handoffs.rules.allowed import Allowed, allowed
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


@dataclass(frozen=True)
class Company:
    """A seam with one SLA line, and the hours of some people and their teams; None for who has none of their own."""

    seam: Any
    line: str
    hands: tuple[tuple[WorkingCalendar | None, WorkingCalendar | None], ...]

    def given_to(self, hand: int) -> tuple[Any, WorkingCalendar | None, int]:
        """What the product allows this person; whose hours the oracle counts, None for every minute; how many."""
        person, team = self.hands[hand]
        rule = self.seam.sla_by_key[self.line] if self.line else self.seam
        counted = person or team or self.seam.calendar_terms.hours
        return allowed(self.seam, self.line, person or team), None if rule.wall_time else counted, rule.answer_minutes


def some_day(dice: random.Random) -> tuple[tuple[str, str], ...]:
    """The windows of a day, the last one perhaps over midnight."""
    edges = sorted(dice.sample(range(97), dice.choice([0, 2, 2, 4, 6])))
    times = [f"{edge // 4:02}:{edge % 4 * 15:02}" for edge in edges]
    windows = list(zip(times[::2], times[1::2], strict=True))
    if dice.random() < 0.3 and (not edges or edges[-1] < 95):
        starts = dice.randint(edges[-1] if edges else 1, 95)
        ends = dice.randrange(starts)
        windows.append((f"{starts // 4:02}:{starts % 4 * 15:02}", f"{ends // 4:02}:{ends % 4 * 15:02}"))
    return tuple(windows)


def some_calendar(dice: random.Random, zone: str, near: datetime) -> WorkingCalendar:
    """A week with holidays and single days of their own, around a day."""
    days = [(near + timedelta(days=more)).date() for more in range(-1, 9)]
    holidays = frozenset(dice.sample(days, dice.randint(0, 3)))
    special = tuple((day, some_day(dice)) for day in dice.sample(days, dice.randint(0, 3)))
    return WorkingCalendar(zone, tuple(some_day(dice) for _ in range(7)), holidays, special)


def some_company(dice: random.Random) -> tuple[Company, datetime]:
    """A seam and people in some zones, and a moment near an odd day of one of them."""
    zone = dice.choice(sorted(ODD_DAYS))
    near = datetime.fromisoformat(dice.choice(ODD_DAYS[zone])).replace(tzinfo=UTC)

    def own(chance: float) -> WorkingCalendar | None:
        there = dice.choice([zone, *sorted(ODD_DAYS)])
        return some_calendar(dice, there, near) if dice.random() < chance else None

    calendar, is_wall = some_calendar(dice, zone, near), dice.random() < 0.2
    quick = SimpleNamespace(
        answer_minutes=dice.choice([0, 1, 15, 30]), touch_minutes=None, wall_time=dice.random() < 0.4
    )
    seam = SimpleNamespace(
        hours=every_hour(zone) if is_wall else calendar,
        calendar_terms=SimpleNamespace(hours=calendar),
        wall_time=is_wall,
        sla_by_key={"quick": quick},
        answer_minutes=dice.choice([0, 1, 30, 240, 480]),
        restarts=dice.choice([0, 0, 1, 3]),
        **{"touch_minutes": None, "touch_at_once": False, "ladder": ()},
    )
    hands = tuple((own(0.4), own(0.4)) for _ in range(6))
    moment = near + timedelta(seconds=dice.randint(-36_000, 172_800))
    return Company(seam, dice.choice(["", "quick"]), hands), moment


def counted_due(
    calendar: WorkingCalendar | None, started: datetime, minutes: int, halts: Sequence[Halt] = ()
) -> datetime | None:
    """When so many minutes are over in which nothing stood still, looked at minute by minute; every minute counts where
    there is no calendar."""
    edges = [edge for halt in halts for edge in (halt.since, halt.until)]
    zone = ZoneInfo(calendar.time_zone) if calendar else UTC
    at, left = started, timedelta(minutes=minutes)
    while left and at < started + SEEN:
        local = at.astimezone(zone)
        step = min(
            [
                MINUTE - timedelta(seconds=local.second, microseconds=local.microsecond),
                *(edge - at for edge in edges if edge > at),
            ]
        )
        is_worked = calendar is None or works(calendar, at)
        if is_worked and not any(halt.since <= at < halt.until for halt in halts):
            step = min(step, left)
            left -= step
        at += step
    return None if left else at


def stood_still(
    dice: random.Random,
    terms: Allowed,
    counted: WorkingCalendar | None,
    times: ClockTimes,
    expected: Held,
    at: datetime,
) -> ClockTimes:
    """The clock after a pause that began at `at`, and was perhaps ended before its time or put off."""
    until = at + timedelta(seconds=dice.randint(1, 90_000))
    ends = dice.choice([until, until, at + (until - at) * dice.random(), until + timedelta(hours=dice.randint(0, 9))])
    if times.due_at <= at:
        return times
    due = moved(terms.hours, moved(terms.hours, times.due_at, at, until), until, ends)
    expected.halts.append(Halt(at, ends, "away"))
    expected.due_at = counted_due(counted, expected.started_at, terms.answer_minutes, expected.halts)
    if expected.due_at is not None:
        halts = list(joined(expected.halts, times.started_at, due))
        assert sum(line.minutes for line in trace_around(terms.hours, times.started_at, due, halts)) == approx(
            terms.answer_minutes
        )
    return replace(times, due_at=due, ladder=())


def one_life(dice: random.Random) -> str:
    """One handoff that is given away by hand again and again; what became of it. Raises AssertionError."""
    company, at = some_company(dice)
    given, counted, minutes = company.given_to(0)
    try:
        times = start(given, at)
    except NoWorkingHours:
        assert counted is not None and counted_due(counted, at, minutes) is None
        return "never open"
    expected, restarts, came = Held(at, counted_due(counted, at, minutes), 0), 0, "one hand"
    for hand in range(1, dice.randint(2, 6)):
        if expected.due_at is None:
            assert times.due_at >= expected.started_at + SEEN
            return "beyond what is looked at"
        assert (times.started_at, times.due_at) == (expected.started_at, expected.due_at), (company, at)
        at += timedelta(seconds=dice.randint(0, 90_000))
        if dice.random() < 0.4:
            times = stood_still(dice, given, counted, times, expected, at)
            if expected.due_at is None:
                return "beyond what is looked at"
            assert times.due_at == expected.due_at, (company, at, expected.halts)
            at += timedelta(seconds=dice.randint(0, 9_000))
            at = max([at, *(halt.until for halt in expected.halts)])
        running = SimpleNamespace(started_at=times.started_at, due_at=times.due_at, restarts=restarts)
        theirs, theirs_counted, minutes = company.given_to(hand)
        came = "missed" if expected.due_at <= at else "begun anew" if expected.restarts < theirs.restarts else "kept"
        try:
            passed = next_clock(theirs, running, None, times.as_rows()[0]["rungs"], at)
        except NoWorkingHours:
            assert theirs_counted is not None and counted_due(theirs_counted, at, minutes) is None
            return "given to somebody who never works"
        if came != "kept":
            given, counted = theirs, theirs_counted  # else it goes on in the hours it began in
            expected = Held(at, counted_due(counted, at, minutes), expected.restarts + (came == "begun anew"))
        assert (passed.is_new, passed.restarts) == (came != "kept", expected.restarts), (company, at)
        times, restarts = passed.times, passed.restarts
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
