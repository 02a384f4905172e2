"""Open clocks when another time, ladder or calendar is published: they stay, are counted anew, or begin anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from blueprint.schema import SeamTerms
from blueprint.schema.vocabularies import OpenClocks
from handoffs.rules.allowed import Allowed
from handoffs.rules.halts import Halt, moved
from handoffs.rules.rungs import OPENS, STAMPS, TimedRung, in_order
from handoffs.rules.sla import ClockTimes, start, touch_rungs


class Open(Protocol):
    """A clock that runs and is not yet due."""

    kind: Any
    started_at: datetime
    due_at: datetime
    rungs: Any
    rung: int


@dataclass(frozen=True, slots=True)
class Retimed:
    """Where a clock goes: when it began, when it is due, and what happens by when, the steps that were taken first."""

    started_at: datetime
    due_at: datetime
    rungs: list[dict[str, Any]]


def is_timed_otherwise(old: SeamTerms, new: SeamTerms) -> bool:
    """Whether a change of a seam concerns its clocks."""
    return any(
        getattr(old, part) != getattr(new, part)
        for part in ("answer_minutes", "touch_minutes", "ladder", "hours", "sla")
    )


def retimed(way: OpenClocks, terms: Allowed, clock: Open, halts: Sequence[Halt], at: datetime) -> Retimed | None:
    """Where an open clock goes at `at` by the new terms; None where it stays. `halts`, in order and apart, are when it
    stood still. Nothing falls due before `at`, or while it stands still: whoever would be late by the new terms is late
    then, never in the past. Raises NoWorkingHours."""
    is_answer = clock.kind == "answer"
    if way == OpenClocks.KEEP or (not is_answer and terms.touch_minutes is None):
        return None
    began = at if way == OpenClocks.RESTART else clock.started_at
    times = start(terms, began)
    due = times.due_at if is_answer else times.touch_due_at
    assert due is not None, "a seam without a first touch has no clock for it"

    earliest = max([at, *(halt.until for halt in halts if halt.since <= at)])

    def there(moment: datetime) -> datetime:
        for halt in halts:
            if halt.until > began:
                moment = moved(terms.hours, moment, max(halt.since, began), halt.until)
        return max(moment, earliest)

    taken = list(clock.rungs[: clock.rung])
    if not is_answer:
        return Retimed(began, there(due), taken + touch_rungs(there(due)))
    ahead = times.ladder if way == OpenClocks.RESTART else _still_ahead(times, taken)
    steps = in_order(rung.beside(due, there(due), there, earliest) for rung in ahead)
    return Retimed(began, there(due), taken + [rung.row for rung in steps])


def _still_ahead(times: ClockTimes, taken: Sequence[dict[str, Any]]) -> Sequence[TimedRung]:
    """The steps of the ladder without those that were taken, each once; a breach is seen whatever was taken."""
    done = [rung["action"] for rung in taken]
    ahead = []
    for rung in times.ladder:
        if rung.action in done:
            done.remove(rung.action)
        else:
            ahead.append(rung)
    due = times.due_at
    if any(rung.at == due and rung.action in STAMPS and not OPENS & rung.extras.keys() for rung in ahead):
        return ahead
    return in_order([*ahead, TimedRung("breach", due)])
