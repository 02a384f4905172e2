"""The clock of whoever is given a handoff by hand: it goes on, or begins anew where the seam allows it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from handoffs.rules.allowed import Allowed
from handoffs.rules.rungs import rung_of
from handoffs.rules.sla import ClockTimes, carried_on, start


class Running(Protocol):
    """The clock of whoever has it now."""

    started_at: datetime
    due_at: datetime
    restarts: int


class NextClock(NamedTuple):
    """The clock of the receiver, whether it began anew, and how often one did by hand."""

    times: ClockTimes
    is_new: bool
    restarts: int


def next_clock(
    terms: Allowed,
    running: Running,
    touch_due_at: datetime | None,
    ahead: Sequence[Mapping[str, Any]],
    at: datetime,
) -> NextClock:
    """What the receiver has to answer and to touch in, when somebody gives it to them at `at`.

    It goes on where it stands, with the steps that are `ahead`, unless the seam still allows a restart. A due time that
    has passed is missed already, by whoever had it: the receiver's time then begins anew, and is not counted as a
    restart; so does that of the first touch. Raises NoWorkingHours."""
    is_missed, anew = running.due_at <= at, start(terms, at)
    if is_missed or running.restarts < terms.restarts:
        return NextClock(carried_on(anew, ahead), True, running.restarts + (not is_missed))
    rungs = tuple(rung_of(rung) for rung in ahead)
    touch_due = touch_due_at if touch_due_at is None or touch_due_at > at else anew.touch_due_at
    times = replace(anew, started_at=running.started_at, due_at=running.due_at, touch_due_at=touch_due, ladder=rungs)
    return NextClock(times, False, running.restarts)
