"""Records that wait for somebody's answer: nothing moves them on the side.

Lifecycle does not know what a handoff is. It asks whoever is named in `revops/wiring.py`, after the records are locked
and before they are written: who answers an offer holds its record first, so what is heard stays true.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.errors import WorldMovedOn
from core.history.actions import ask
from core.people.models import Workspace

HELD = "handoff_open"
AUTOMATIC = frozenset({"auto", "journey"})  # causes of moves that nobody asked for: they wait instead of being refused


@dataclass(frozen=True)
class Hold:
    """What keeps a record where it is, in a sentence and for programs."""

    detail: str
    facts: dict[str, Any] = field(default_factory=dict)


class AnswerFirst(WorldMovedOn):
    """The record is offered to somebody: it moves when they have answered."""

    code = HELD

    def __init__(self, hold: Hold) -> None:
        super().__init__(hold.detail, field="stage", facts=hold.facts)


def holds(
    workspace: Workspace, record_ids: Iterable[UUID], by_itself: Mapping[UUID, UUID] | None = None
) -> dict[UUID, Hold]:
    """What keeps each of these locked records where it is; those that are free are left out. One query a follower.

    `by_itself`: those that nobody moves, with the stage each stood in; more keeps them there than somebody's move."""
    wanted = list(record_ids)
    found: dict[UUID, Hold] = {}
    if wanted:
        for answer in ask("records.leaving", workspace=workspace, record_ids=wanted, by_itself=by_itself or {}):
            found |= answer
    return found
