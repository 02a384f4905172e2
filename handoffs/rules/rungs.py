"""Rungs of a ladder: when each falls due, and what a ladder lacks so that every breach is seen and owned."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from blueprint.schema.ladders import StepTerms
from core.businesstime import WorkingCalendar, due_at

# Of the steps that fall due in one moment, which comes first: who had it is told before it changes hands.
ORDER = {"warn": 0, "breach": 1, "priority": 2, "set": 2, "away": 2, "task": 3, "reassign": 4, "queue": 4, "raise": 5}
STAMPS = ("breach", "task", "reassign", "queue", "raise")  # steps that tell that an answer is late
PASSES_ON = ("reassign", "queue")
SAYS_MORE, PLAIN = ("set", "away"), {"key", "after_minutes", "action"}  # most steps are plain, and say nothing more
OPENS = {"condition", "unless"}  # what may keep a step from being taken


@dataclass(frozen=True, slots=True)
class TimedRung:
    """A step with its instant. `action`: a word of the blueprint's ladders, `breach` for the mere stamp, or
    `touch` of the first touch. `extras`: what is not as usual, such as whom it is about and on which condition."""

    action: str
    at: datetime
    extras: Mapping[str, Any] = field(default_factory=dict)

    @property
    def row(self) -> dict[str, Any]:
        """The rung as a clock keeps it."""
        return {"action": self.action, "at": self.at.isoformat(), **self.extras}

    def beside(
        self, due: datetime, due_there: datetime, there: Callable[[datetime], datetime], earliest: datetime
    ) -> "TimedRung":
        """The rung where its clock is due at `due_there` instead of `due`: one by the clock on the wall stays as far
        from that, never before `earliest`; any other goes where the working time goes."""
        if self.extras.get("wall"):
            return replace(self, at=max(due_there + (self.at - due), earliest))
        return replace(self, at=there(self.at))


def rung_of(row: Mapping[str, Any]) -> TimedRung:
    """The rung that a clock keeps as this."""
    extras = {name: said for name, said in row.items() if name not in ("action", "at")}
    return TimedRung(row["action"], datetime.fromisoformat(row["at"]), extras)


def ladder_of(
    steps: Iterable[StepTerms], hours: WorkingCalendar, started: datetime, due: datetime, allowed_minutes: int
) -> tuple[TimedRung, ...]:
    """The rungs of a clock that allows so many minutes from `started` to `due`, in order of time; steps that would come
    before it began are left out. Raises NoWorkingHours.

    Every breach is seen and owned, whatever the conditions say: a ladder that makes no task for certain makes one at
    the due time, or after the last that depends on something and was not made; one that is silent at the due time gets
    a `breach` there."""
    rungs = []
    for step in steps:
        offset = step.after_minutes + round(step.after_percent * allowed_minutes / 100)
        extras = step.extras if step.action in SAYS_MORE or step.model_fields_set - PLAIN else {}
        if step.wall and due + timedelta(minutes=offset) > started:
            rungs.append(TimedRung(step.action, due + timedelta(minutes=offset), extras))
        elif not step.wall and allowed_minutes + offset > 0:
            rungs.append(TimedRung(step.action, due_at(hours, started, allowed_minutes + offset), extras))
    certain = [rung for rung in rungs if not OPENS & rung.extras.keys()]
    if not any(rung.action == "task" for rung in certain):
        tasks = [rung.at for rung in rungs if rung.action == "task"]
        rungs.append(TimedRung("task", max([due, *tasks]), {"unless": "task"} if tasks else {}))
        certain += [] if tasks else rungs[-1:]
    if not any(rung.at == due and rung.action in STAMPS for rung in certain):
        rungs.append(TimedRung("breach", due))
    return tuple(sorted(rungs, key=lambda rung: (rung.at, ORDER.get(rung.action, 9))))


def in_order(rungs: Iterable[TimedRung]) -> tuple[TimedRung, ...]:
    """By their moment; those of one moment as they are taken."""
    return tuple(sorted(rungs, key=lambda rung: (rung.at, ORDER.get(rung.action, 9))))
