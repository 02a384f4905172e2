"""The ladder of a handoff as it is drawn: what was done, what was passed over and why, what is next and when."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from handoffs.models import Clock, Escalation, Handoff
from handoffs.rules.rung_words import rung_words

SKIPPED = {"unmet": "Skipped: its condition was not met", "unknown": "Skipped: what it asks was not known"}
SKIPPED |= {"made": "Skipped: a task had been made already", "earlier": "Over before the ladder counted here"}
SKIPPED |= {"nobody": "Skipped: nobody it is about was here"}


@dataclass(frozen=True)
class PathRung:
    """One step of the ladder: when it falls due, and when it was taken, by whom to whom, or why it was passed over."""

    action: str
    words: str
    at: datetime
    run: int
    taken_at: datetime | None = None
    to: str = ""
    task_number: int | None = None
    condition: str = ""
    skipped: str = ""
    is_next: bool = False

    @property
    def why_skipped(self) -> str:
        """Why it was passed over, in words."""
        return SKIPPED.get(self.skipped, "")


def ladder_told(handoff: Handoff) -> Iterator[PathRung]:
    """Steps taken, of every run, then the ones still ahead of each clock that runs, the next one marked. No query where
    clocks and escalations came with the handoff."""
    clocks = list(handoff.clocks.all())
    rungs = {
        (clock.run, rung.get("step", place)): rung
        for clock in clocks
        for place, rung in enumerate(clock.rungs)
        if _is_answer(clock) or "step" in rung
    }
    for each in handoff.escalations.all():
        yield _taken(each, rungs.get((each.clock_run, each.step), {"action": each.action}))
    ahead = sorted((rung for clock in clocks for rung in _ahead(clock)), key=lambda rung: rung.at)
    for place, rung in enumerate(ahead):
        yield replace(rung, is_next=place == 0)


def _is_answer(clock: Clock) -> bool:
    return clock.kind == Clock.Kind.ANSWER


def _taken(each: Escalation, rung: dict[str, Any]) -> PathRung:
    words = rung_words(rung if rung["action"] == each.action else {"action": each.action})
    return PathRung(
        each.action,
        words,
        each.due_at,
        each.clock_run,
        each.taken_at,
        each.to_member.name if each.to_member else "",
        each.task.number if each.task else None,
        rung.get("condition", ""),
        each.skipped,
    )


def _ahead(clock: Clock) -> Iterator[PathRung]:
    if clock.next_rung_at is None:
        return
    for place, rung in enumerate(clock.ahead):
        at = clock.next_rung_at if place == 0 else datetime.fromisoformat(rung["at"])
        yield PathRung(rung["action"], rung_words(rung), at, clock.run, condition=rung.get("condition", ""))
    if not clock.ahead:
        yield PathRung("again", "The last step, taken again until somebody answers", clock.next_rung_at, clock.run)
