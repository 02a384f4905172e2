"""What was done to a handoff a moment ago, and the records it reached: what undoing looks at, and gives back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from blueprint.schema import Blueprint, SeamTerms
from core.people.models import Member, Workspace
from handoffs.models import Handoff
from lifecycle.models import Record

LONGEST_CHAIN = 8
# By the state that it was brought to, "offered" where it was given to somebody else: the event that tells of undoing.
UNDONE = {
    Handoff.State.ACCEPTED: "handoff.acceptance_undone",
    Handoff.State.REJECTED: "handoff.rejection_undone",
    Handoff.State.RECALLED: "handoff.recall_undone",
    Handoff.State.OFFERED: "handoff.reassignment_undone",
}


@dataclass
class DeedDone:
    """A handoff, what was done to it, when and by whom, and how many hands it had gone through before. `touch_due`:
    when its first touch was due, where that was changed.

    `records` are those it may have moved: its own, where that came from, and a next one that was there; `made` those
    that came of it; `offered` what was offered anew because of it."""

    handoff: Handoff
    seam: SeamTerms
    state: str
    since: datetime
    by_id: UUID
    run: int
    touch_due: datetime | None = None
    records: set[UUID] = field(default_factory=set)
    made: set[UUID] = field(default_factory=set)
    offered: list[Handoff] = field(default_factory=list)

    @property
    def facts(self) -> dict[str, Any]:
        """What history keeps of undoing it."""
        return {"number": self.handoff.number, "seam": self.seam.key}

    @property
    def reached(self) -> set[UUID]:
        """All records that it concerns."""
        return self.records | self.made


@dataclass(frozen=True)
class BeingUndone:
    """Deeds that are undone together, at one moment, with the locked records that they moved."""

    workspace: Workspace
    lifecycle: Blueprint
    deeds: Sequence[DeedDone]
    records: Mapping[UUID, Record]
    by: Member
    at: datetime

    @property
    def moment(self) -> dict[str, Any]:
        """Who and when, as actions take it."""
        return {"by": self.by, "at": self.at}

    def of(self, *states: str) -> list[DeedDone]:
        """Those that brought their handoff to one of these states."""
        return [each for each in self.deeds if each.state in states]


def find_moved(deeds: Sequence[DeedDone]) -> None:
    """Note with each the records that it may have moved: a lead follows what came of it. A query for each step of the
    journey behind."""
    origins: dict[UUID, UUID | None] = {}
    above = {each.handoff.record_id for each in deeds}
    for _ in range(LONGEST_CHAIN):
        if not above:
            break
        found = dict(Record.objects.filter(pk__in=above).values_list("pk", "origin_id"))
        origins |= found
        above = {each for each in found.values() if each} - origins.keys()
    for deed in deeds:
        deed.records = set(_line(deed.handoff.record_id, origins))


def _line(record_id: UUID, origins: Mapping[UUID, UUID | None]) -> Iterable[UUID]:
    here: UUID | None = record_id
    for _ in range(LONGEST_CHAIN + 1):
        if here is None:
            return
        yield here
        here = origins.get(here)


def find_made(deeds: Sequence[DeedDone]) -> None:
    """Note with each the records that came of it: the next of the journey, and what followed from it; one that was
    there is a record that it moved. A query for each step of the journey ahead."""
    above: dict[UUID, list[DeedDone]] = {}
    for deed in deeds:
        above.setdefault(deed.handoff.record_id, []).append(deed)
    first = min((each.since for each in deeds), default=None)
    for _ in range(LONGEST_CHAIN):
        if not above:
            break
        found = Record.objects.filter(origin_id__in=list(above), created_at__gte=first)
        below: dict[UUID, list[DeedDone]] = {}
        for pk, origin_id, created_at in found.values_list("pk", "origin_id", "created_at"):
            of = [each for each in above[origin_id] if created_at >= each.since and pk not in each.made]
            for deed in of:
                deed.made.add(pk)
            if of:
                below[pk] = of
        above = below
    for deed in deeds:
        if deed.handoff.result_id and deed.handoff.result_id not in deed.made:
            deed.records.add(deed.handoff.result_id)


def together(deeds: Iterable[DeedDone]) -> list[list[DeedDone]]:
    """Deeds by the records they reached: those that share one are undone together, or not at all."""
    groups: list[tuple[set[UUID], list[DeedDone]]] = []
    group_of: dict[UUID, int] = {}
    for deed in deeds:
        reached, members = set(deed.reached), [deed]
        for place in sorted({group_of[each] for each in reached if each in group_of}):
            shared, others = groups[place]
            reached |= shared
            members = others + members
            groups[place] = (set(), [])
        groups.append((reached, members))
        group_of |= dict.fromkeys(reached, len(groups) - 1)
    return [members for _, members in groups if members]
