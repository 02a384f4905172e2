"""Why a clock is due when it is: since when the time runs, how much there is, and each window of working hours."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from core import businesstime
from handoffs.models import Clock, Handoff
from handoffs.rules.given_by_hand import next_clock

VERDICTS = {
    Clock.State.RUNNING: "running",
    Clock.State.MET: "in time",
    Clock.State.BREACHED: "missed",
    Clock.State.ENDED: "ended before it was due",
}
TONES = {Clock.State.MET: "success", Clock.State.BREACHED: "error"}


@dataclass(frozen=True)
class ToldClock:
    """One clock of a handoff, and whose it was. `is_carried`: it ran before they had it."""

    clock: Clock
    name: str
    hours: businesstime.WorkingCalendar
    is_carried: bool

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
        return businesstime.minutes_between(self.hours, self.clock.started_at, self.clock.due_at)

    @cached_property
    def why(self) -> tuple[businesstime.WorkStep, ...]:
        """Each window and each day off, from when it started to when it is due."""
        return businesstime.trace(self.hours, self.clock.started_at, self.minutes)


def clocks_told(
    handoff: Handoff, hours: businesstime.WorkingCalendar, hands: Mapping[int, tuple[str, datetime]]
) -> Iterator[ToldClock]:
    """Every clock of a handoff in order. `hands`: by run, whose it was and since when. No query where the clocks came
    with the handoff."""
    for clock in handoff.clocks.all():
        name, since = hands.get(clock.run, ("", clock.started_at))
        yield ToldClock(clock, name, hours, clock.started_at < since)


def on_giving_away(handoff: Handoff, at: datetime) -> str:
    """What becomes of the clock of an open handoff that is given to somebody else now. No query where the clocks came
    with the handoff, else one."""
    clocks = handoff.clocks.all()
    running = next((each for each in clocks if each.kind == Clock.Kind.ANSWER and each.stopped_at is None), None)
    if running is None:
        return ""
    seam = handoff.seam_terms
    clock = next_clock(seam, running, handoff.touch_due_at, (), at)
    if not clock.is_new:
        return "The clock goes on: it stays due when it was."
    if clock.restarts == running.restarts:
        return "It is past due, which stays with whoever had it; their clock starts anew."
    return f"Their clock starts anew by hand, {clock.restarts} of {seam.restarts} times."
