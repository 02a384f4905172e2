"""When a handoff must be answered and touched, and whether it was. Minutes are those of the hours that are allowed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from blueprint.schema import SeamTerms
from core.businesstime import WorkingCalendar, due_at, is_open, minutes_between, turns
from handoffs.rules.allowed import Allowed
from handoffs.rules.rungs import TimedRung, in_order, ladder_of, rung_of


@dataclass(frozen=True, slots=True)
class ClockTimes:
    """Every deadline of one run, all computed when it starts. `is_touch_begun`: the first touch is chased from now on,
    not only once it was accepted."""

    started_at: datetime
    due_at: datetime
    touch_due_at: datetime | None
    ladder: tuple[TimedRung, ...]
    is_touch_begun: bool = False

    def as_rows(self) -> list[dict[str, Any]]:
        """The clocks that begin now, as statements read them."""
        rungs = [rung.row for rung in self.ladder]
        kinds = [("answer", self.due_at, rungs)]
        if self.is_touch_begun and self.touch_due_at:
            kinds.append(("first_touch", self.touch_due_at, touch_rungs(self.touch_due_at)))
        started = self.started_at.isoformat()
        return [
            {"kind": kind, "started": started, "due": due.isoformat(), "rungs": rungs} for kind, due, rungs in kinds
        ]


def touch_rungs(due_at: datetime) -> list[dict[str, Any]]:
    """What happens by when where the first touch is missed."""
    return [{"action": "touch", "at": due_at.isoformat()}]


class State(StrEnum):
    """How a clock stands. Paused: nobody is at work now, so it stands still."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"


def start(terms: Allowed, at: datetime) -> ClockTimes:
    """Start the clock: when the answer is due, when the first touch is, and when each step of the ladder.

    A step that would come before the offer is left out, and every breach is seen and owned. Raises NoWorkingHours."""
    due = due_at(terms.hours, at, terms.answer_minutes)
    ladder = ladder_of(terms.ladder, terms.hours, at, due, terms.answer_minutes)
    touch_due = None if terms.touch_minutes is None else due_at(terms.hours, at, terms.touch_minutes)
    return ClockTimes(at, due, touch_due, ladder, terms.touch_at_once)


SHORTEST_PAUSE = 15  # working minutes; between two repetitions there is time to act


def repeated_at(terms: Allowed, taken: datetime, at: datetime) -> datetime:
    """When the last step of a ladder is taken again, until somebody acts: its own distance from the due time, or the
    time to answer, counted from when it fell due (`taken`). Repetitions that nobody took while the scan stood still are
    one. Raises NoWorkingHours."""
    last = max((step.offset(terms.answer_minutes) for step in terms.ladder), default=0)
    minutes = max(last if last > 0 else terms.answer_minutes, SHORTEST_PAUSE)
    moment = due_at(terms.hours, taken, minutes)
    while moment <= at:
        moment = due_at(terms.hours, moment, minutes)
    return moment


def offered_again_at(terms: SeamTerms, at: datetime) -> datetime | None:
    """When a handoff that came back at `at` is offered again by itself, or None where the seam says never (0).

    A seam that says nothing gives the sender twice the time of an answer. Raises NoWorkingHours."""
    minutes = terms.offer_again_minutes
    if minutes is None:
        minutes = max(2 * terms.answer_minutes, SHORTEST_PAUSE)
    return due_at(terms.hours, at, minutes) if minutes else None


def carried_on(clock: ClockTimes, ahead: Iterable[Mapping[str, Any]]) -> ClockTimes:
    """The clock of the next assignee, with what the former run still owes. `ahead` are its steps not yet taken, as the
    clock keeps them: the raise to the seam's owner is not put off by changing hands."""
    owed = next((rung_of(rung) for rung in ahead if rung["action"] == "raise"), None)
    raises = [rung for rung in clock.ladder if rung.action == "raise"]
    if owed is None or (raises and raises[0].at <= owed.at):
        return clock
    others = [rung for rung in clock.ladder if rung.action != "raise"]
    return replace(clock, ladder=in_order([*others, owed, *raises[1:]]))


def judge(
    due_at: datetime,
    answered_at: datetime | None,
    at: datetime,
    calendar: WorkingCalendar | None = None,
    breached_at: datetime | None = None,
) -> State:
    """Whether a promise was kept, from stored times alone; with a calendar an open one can also be paused.

    `breached_at`: a former run of the clock was missed, which no later answer makes good."""
    if answered_at is not None:
        return State.MET if answered_at <= due_at and breached_at is None else State.BREACHED
    if at > due_at:
        return State.BREACHED
    return State.PAUSED if calendar is not None and not is_open(calendar, at) else State.RUNNING


TURNS_AHEAD = 4  # a page left open over a weekend knows when the clock goes on


@dataclass(frozen=True, slots=True)
class Countdown:
    """How much working time was left at `at`, and whether it goes on now; it is less than nothing after the due time.

    `turns`: when the clock next stands still or goes on, in turn; none for one that has stopped."""

    due_at: datetime
    at: datetime
    minutes_left: float
    is_stopped: bool
    is_running: bool
    turns: tuple[datetime, ...]
    is_late: bool = False  # the due time has passed, though perhaps no working minute since

    @property
    def state(self) -> str:
        """running, paused, or stopped once the answer is given."""
        return "stopped" if self.is_stopped else "running" if self.is_running else "paused"

    @property
    def next_turn_at(self) -> datetime | None:
        """When it next stands still or goes on."""
        return next(iter(self.turns), None)


def countdown(
    calendar: WorkingCalendar,
    due: datetime,
    answered_at: datetime | None,
    at: datetime,
    paused_until: datetime | None = None,
) -> Countdown:
    """What is left of a promise in working minutes of `calendar`, at `at`; it stands still until `paused_until`."""
    if answered_at is None and paused_until and paused_until > at:
        again = [paused_until] if is_open(calendar, paused_until) else []
        goes_on = (*again, *turns(calendar, paused_until, TURNS_AHEAD - len(again)))
        return Countdown(due, at, minutes_between(calendar, paused_until, due), False, False, goes_on)
    left, is_late = minutes_between(calendar, answered_at or at, due), (answered_at or at) > due
    if answered_at is not None:
        return Countdown(due, at, left, is_stopped=True, is_running=False, turns=(), is_late=is_late)
    return Countdown(due, at, left, False, is_open(calendar, at), turns(calendar, at, TURNS_AHEAD), is_late)
