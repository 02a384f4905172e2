"""What is asked of many handoffs at once, and what came of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from blueprint.documents import blueprint_of
from blueprint.schema import Blueprint, SeamTerms
from core.errors import Refusal
from core.people.models import Member, Workspace
from handoffs.actions.access import seam_in_force
from handoffs.models import Handoff
from handoffs.queries.people_loads import PersonChange


class BulkVerb(StrEnum):
    """What can be done to many."""

    ACCEPT = "accept"
    REJECT = "reject"
    REASSIGN = "reassign"
    RECALL = "recall"

    @property
    def permission(self) -> str:
        """The verb of the permissions that it needs."""
        asks = {"reassign": "handoff.reassign", "recall": "handoff.offer"}
        return asks.get(self.value, "handoff.answer")

    @property
    def state(self) -> str:
        """The state of a handoff that it was done to; "" where it stays open."""
        states = {"accept": Handoff.State.ACCEPTED, "reject": Handoff.State.REJECTED, "recall": Handoff.State.RECALLED}
        return states.get(self.value, "")


@dataclass(frozen=True)
class BulkWish:
    """The verb with what it needs: a reason and a note, or who receives what, by number; None is back to the pool."""

    verb: BulkVerb
    numbers: Sequence[int]
    reason: str = ""
    note: str = ""
    receivers: Mapping[int, Member | None] = field(default_factory=dict)


def holder_of(handoff: Handoff) -> str:
    """Who has it, or the pool it waits in."""
    if handoff.assignee:
        return str(handoff.assignee.name)
    return str(handoff.queue.label) if handoff.queue else ""


@dataclass(frozen=True)
class BulkRow:
    """What came of one. `outcome`: done, already (it was done before, by the same person or with the same end) or
    refused, with a code and a sentence. The rest says how it stands then."""

    number: int
    outcome: str
    code: str = ""
    detail: str = ""
    record: str = ""
    seam: str = ""
    before: str = ""  # who had it, or the pool it waited in
    after: str = ""
    was_due_at: datetime | None = None
    due_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        """Done now."""
        return self.outcome == "done"

    @property
    def clock(self) -> str:
        """What became of its clock, in words; "" where it was left alone."""
        if not self.is_done or self.due_at is None or self.was_due_at is None:
            return ""
        return "The clock goes on." if self.due_at == self.was_due_at else "The clock begins anew."


@dataclass(frozen=True)
class BulkResult:
    """What came of all, in the order in which they were named, and how much the people have whom it concerns. Until
    `undo_until` it can be taken back, by its `undo_id`; None where it cannot."""

    verb: BulkVerb
    rows: list[BulkRow]
    people: list[PersonChange]
    undo_id: UUID | None = None
    undo_until: datetime | None = None

    def count(self, outcome: str) -> int:
        """How many rows came out so."""
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def done(self) -> int:
        """How many were done now."""
        return self.count("done")

    @property
    def already(self) -> int:
        """How many were done before."""
        return self.count("already")

    @property
    def refused(self) -> int:
        """How many stay as they are."""
        return self.count("refused")


@dataclass(frozen=True)
class InHands:
    """Locked handoffs of one seam or many, as they are now, who acts on them and when."""

    workspace: Workspace
    handoffs: list[Handoff]
    by: Member
    at: datetime
    refused: dict[UUID, Refusal]

    @property
    def lifecycle(self) -> Blueprint:
        """The definitions in force."""
        return blueprint_of(self.workspace)

    @property
    def moment(self) -> dict[str, Any]:
        """Who and when, as actions take it."""
        return {"by": self.by, "at": self.at}

    def seam(self, handoff: Handoff) -> SeamTerms:
        """The seam of one of them."""
        return seam_in_force(self.workspace, handoff)

    def by_seam(self) -> list[tuple[SeamTerms, list[Handoff]]]:
        """They by their seam."""
        found: dict[UUID, list[Handoff]] = {}
        for each in self.handoffs:
            found.setdefault(each.seam_id, []).append(each)
        return [(self.seam(those[0]), those) for those in found.values()]

    def without(self, refused: Mapping[UUID, Refusal]) -> "InHands":
        """Those that are not refused."""
        self.refused.update(refused)
        left = [each for each in self.handoffs if each.pk not in refused]
        return InHands(self.workspace, left, self.by, self.at, self.refused)
