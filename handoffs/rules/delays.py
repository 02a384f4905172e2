"""Where the time until the first touch went: before it came in, before the offer, in a queue, and with a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from statistics import median

from core.businesstime import WorkingCalendar
from handoffs.rules.halts import Halt, joined, minutes_run


@dataclass(frozen=True, slots=True)
class Delays:
    """Minutes of the clock on the wall, which add up to the whole. `intake`: from when the source says that it began
    until it came in; `offer`: until it was scored, qualified and routed; `queue`: nobody had it; with a person,
    `closed` outside of working hours, `paused` while others had to act, and `working`."""

    intake: float
    offer: float
    queue: float
    closed: float
    paused: float
    working: float

    @property
    def total(self) -> float:
        """All of it."""
        return sum(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True, slots=True)
class Moments:
    """What is stored of one handoff: `until` is its first touch, or now."""

    opened_at: datetime
    came_in_at: datetime
    offered_at: datetime
    until: datetime
    queued: Sequence[Halt]
    paused: Sequence[Halt]


def delays(moments: Moments, hours: WorkingCalendar) -> Delays:
    """The split of one handoff. What a source dates later than it came in counts from then."""
    offered, until = moments.offered_at, max(moments.until, moments.offered_at)
    came_in = min(moments.came_in_at, offered)
    opened = min(moments.opened_at, came_in)
    queued = list(joined(moments.queued, offered, until))
    away = list(joined((*moments.queued, *moments.paused), offered, until))
    queue, stood = _minutes(queued), _minutes(away)
    working = minutes_run(hours, offered, until, away)
    return Delays(
        intake=(came_in - opened).total_seconds() / 60,
        offer=(offered - came_in).total_seconds() / 60,
        queue=queue,
        closed=(until - offered).total_seconds() / 60 - stood - working,
        paused=stood - queue,
        working=working,
    )


def medians(found: Sequence[Delays]) -> Delays | None:
    """The median of each part by itself; None of nothing."""
    if not found:
        return None
    return Delays(**{each.name: median(getattr(one, each.name) for one in found) for each in fields(Delays)})


def _minutes(halts: Iterable[Halt]) -> float:
    return sum((each.until - each.since).total_seconds() for each in halts) / 60
