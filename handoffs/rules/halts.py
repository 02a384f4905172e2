"""Clocks that stand still: where their moments go, how long a pause may last, and why a time is what it is then."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from blueprint.schema import PausingTerms
from core.businesstime import WorkingCalendar, WorkStep, due_at, minutes_between, trace

SHORTEST = 1 / 60  # minutes


@dataclass(frozen=True, slots=True)
class Halt:
    """A stretch in which a clock stood still, and why, in words."""

    since: datetime
    until: datetime
    why: str


def moved(hours: WorkingCalendar, moment: datetime, since: datetime, until: datetime) -> datetime:
    """Where a moment of a clock goes that stands still from `since` to `until`: as much working time comes after the
    pause as came after its beginning. What was before it stays. The other way round it takes a pause back that ended
    early: `since` is then when it was to end. Raises NoWorkingHours."""
    return moment if moment < since else due_at(hours, until, minutes_between(hours, since, moment))


def joined(halts: Iterable[Halt], since: datetime, until: datetime) -> Iterator[Halt]:
    """The stretches between two moments in order, those that overlap or touch as one; it has the words of the first."""
    held: Halt | None = None
    for halt in sorted(halts, key=lambda each: (each.since, each.until)):
        begins, ends = max(halt.since, since), min(halt.until, until)
        if begins >= ends:
            continue
        if held is None:
            held = Halt(begins, ends, halt.why)
        elif begins <= held.until:
            held = Halt(held.since, max(held.until, ends), held.why)
        else:
            yield held
            held = Halt(begins, ends, halt.why)
    if held:
        yield held


def minutes_run(hours: WorkingCalendar, since: datetime, until: datetime, halts: Sequence[Halt]) -> float:
    """The working minutes between two moments in which a clock ran. `halts` are in order and apart."""
    return minutes_between(hours, since, until) - sum(minutes_between(hours, each.since, each.until) for each in halts)


def trace_around(
    hours: WorkingCalendar, since: datetime, until: datetime, halts: Sequence[Halt]
) -> tuple[WorkStep, ...]:
    """Why a clock that began at `since` is due at `until`: each window, each day off, and each pause. `halts` are in
    order and apart; the minutes of the steps add up to those in which it ran."""
    left, steps, begins = minutes_run(hours, since, until, halts), list[WorkStep](), since
    for halt in (*halts, None):
        ends = halt.since if halt else until
        minutes = minutes_between(hours, begins, ends)
        if minutes or not (halts or steps):
            rest = left - minutes
            steps += [
                WorkStep(each.on, each.starts_at, each.ends_at, each.minutes, each.left + rest, each.why)
                for each in trace(hours, begins, minutes)
            ]
            left = rest
        if halt:
            on = halt.since.astimezone(ZoneInfo(hours.time_zone)).date()
            steps.append(WorkStep(on, halt.since, halt.until, 0.0, left, halt.why))
            begins = halt.until
    return tuple(steps)


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of the pauses of one handoff: how often, and how many working minutes in all."""

    times: int
    minutes: float

    @property
    def is_spent(self) -> bool:
        """Nobody may pause it any more."""
        return self.times <= 0 or self.minutes <= 0


def budget(terms: PausingTerms, hours: WorkingCalendar, times: int, halts: Iterable[Halt]) -> Budget:
    """What is left where it was paused so many times by hand, and these pauses use up its minutes."""
    return Budget(terms.times - times, minutes_left(terms, hours, halts))


def minutes_left(terms: PausingTerms, hours: WorkingCalendar, halts: Iterable[Halt]) -> float:
    """The working minutes that these pauses leave of those allowed; where they overlap, they count once. What sums
    of fractions leave over is nothing: no pause ends in the moment in which it begins."""
    found = list(halts)
    first, last = min((each.since for each in found), default=None), max((each.until for each in found), default=None)
    apart = joined(found, first, last) if first and last else ()
    left = terms.minutes - sum(minutes_between(hours, each.since, each.until) for each in apart)
    return left if left >= SHORTEST else 0.0


def looked_at_by(hours: WorkingCalendar, at: datetime, until: datetime, minutes_before: float) -> datetime:
    """When somebody has to look at a pause again that ends at `until`: so many working minutes before, never before it
    began. Raises NoWorkingHours."""
    return due_at(hours, at, max(minutes_between(hours, at, until) - minutes_before, 0.0))
