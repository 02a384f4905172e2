"""Why a clock is due when it is: since when the time runs, how much there is, and each window of working hours."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from blueprint.schema import SeamTerms, SlaTerms
from core import businesstime
from handoffs.models import Clock, Handoff, KeptHours, Pause
from handoffs.rules.allowed import allowed
from handoffs.rules.given_by_hand import next_clock
from handoffs.rules.halts import Halt, joined, minutes_run, trace_around
from handoffs.rules.rung_words import rung_words

VERDICTS = {
    Clock.State.RUNNING: "running",
    Clock.State.MET: "in time",
    Clock.State.BREACHED: "missed",
    Clock.State.ENDED: "ended before it was due",
}
TONES = {Clock.State.MET: "success", Clock.State.BREACHED: "error"}


@dataclass(frozen=True)
class ToldRung:
    """Why a step falls due when it does: so many minutes from the due time (less than none before it), and each window
    between the two. A step by the clock on the wall has no windows."""

    action: str
    words: str
    at: datetime
    minutes: float
    is_wall: bool
    why: tuple[businesstime.WorkStep, ...]

    @property
    def distance(self) -> float:
        """How many minutes from the due time, on either side."""
        return abs(self.minutes)

    @property
    def place(self) -> str:
        """On which side of the due time: before, after, or at."""
        return "before" if self.minutes < 0 else "after" if self.minutes > 0 else "at"


@dataclass(frozen=True)
class ToldClock:
    """One clock of a handoff, and whose it was. `is_carried`: it ran before they had it."""

    clock: Clock
    name: str
    hours: businesstime.WorkingCalendar
    is_carried: bool
    seam: SeamTerms
    line: SlaTerms | None

    @property
    def sla(self) -> str:
        """What set the minutes, in words: an SLA line by its label, or the seam."""
        return f"SLA line “{self.line.label}”" if self.line else f"The seam {self.seam.label}"

    @property
    def line_key(self) -> str:
        """The key of the SLA line, blank where the seam's own minutes count."""
        return self.line.key if self.line else ""

    @property
    def counted_in(self) -> str:
        """Which minutes count, in words."""
        if self.clock.is_wall or (self.line.wall_time if self.line else self.seam.wall_time):
            return "every minute, nights and days off too"
        if self.clock.hours_id:
            return "working time of whoever had it, or of their team"
        return f"working time of “{self.seam.calendar_terms.label}”"

    halts: tuple[Halt, ...] = ()

    @property
    def verdict(self) -> str:
        """Whether it was kept, in words."""
        return VERDICTS[Clock.State(self.clock.state)]

    @property
    def tone(self) -> str:
        """The colour of the verdict."""
        return TONES.get(Clock.State(self.clock.state), "neutral")

    @cached_property
    def minutes(self) -> float:
        """The working minutes it gives in all."""
        return minutes_run(self.hours, self.clock.started_at, self.clock.due_at, self.halts)

    @cached_property
    def why(self) -> tuple[businesstime.WorkStep, ...]:
        """Each window, each day off and each pause, from when it started to when it is due."""
        return trace_around(self.hours, self.clock.started_at, self.clock.due_at, self.halts)

    @cached_property
    def rungs(self) -> tuple[ToldRung, ...]:
        """Every step of its ladder."""
        return tuple(_told_rung(self, rung) for rung in self.clock.rungs)


def _told_rung(told: ToldClock, rung: Mapping[str, Any]) -> ToldRung:
    at, due = datetime.fromisoformat(rung["at"]), told.clock.due_at
    if rung.get("wall"):
        minutes = (at - due).total_seconds() / 60
        return ToldRung(rung["action"], rung_words(rung), at, minutes, True, ())
    first, last = sorted((at, due))
    halts = tuple(joined(told.halts, first, last))
    minutes = minutes_run(told.hours, first, last, halts) * (-1 if at < due else 1)
    why = trace_around(told.hours, first, last, halts) if minutes else ()
    return ToldRung(rung["action"], rung_words(rung), at, minutes, False, why)


def clocks_told(
    handoff: Handoff, hands: Mapping[int, tuple[str, datetime]], pauses: Sequence[Halt]
) -> Iterator[ToldClock]:
    """Every clock of a handoff in order. `hands`: by run, whose it was and since when; `pauses`: when it stood still.
    No query where the clocks came with the handoff and their hours are known."""
    seam, line = handoff.seam_terms, handoff.sla_line
    for clock in handoff.clocks.all():
        name, since = hands.get(clock.run, ("", clock.started_at))
        hours = allowed(seam, line, KeptHours.hours_of(clock.hours_id)).hours
        hours = businesstime.every_hour(hours.time_zone) if clock.is_wall else hours
        stood = [each for each in pauses if clock.stopped_at is None or each.since < clock.stopped_at]
        halts = tuple(joined(stood, clock.started_at, clock.due_at))
        yield ToldClock(clock, name, hours, clock.started_at < since, seam, seam.sla_by_key.get(line), halts)


def halts_of(pauses: Iterable[Pause]) -> list[Halt]:
    """Pauses as stretches in which a clock stood still, with why in words."""
    return [Halt(each.at, each.over_at, f"stood still: {each.why.lower()}") for each in pauses]


def on_giving_away(handoff: Handoff, at: datetime) -> str:
    """What becomes of the clock of an open handoff that is given to somebody else now. No query where the clocks came
    with the handoff, else one."""
    if handoff.is_paused(at):
        return "The pause ends with it; what is left of the time is theirs."
    clocks = handoff.clocks.all()
    running = next((each for each in clocks if each.kind == Clock.Kind.ANSWER and each.stopped_at is None), None)
    if running is None:
        return ""
    seam = handoff.seam_terms
    clock = next_clock(handoff.allowed, running, handoff.touch_due_at, (), at)
    if not clock.is_new:
        return "The clock goes on: it stays due when it was."
    if clock.restarts == running.restarts:
        return "It is past due, which stays with whoever had it; their clock starts anew."
    return f"Their clock starts anew by hand, {clock.restarts} of {seam.restarts} times."
