"""Rows on their way in, and what became of them."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass  # one of many fields for each row: a frozen one takes four times as long to make
class Incoming:
    """One row on its way in. A key that is missing leaves the old value; a key that says None clears it.

    `stage` is a move made today and passes the gate, for a new record from the stage where its pipeline begins;
    `history` is dated stages of the past, oldest first, the last one the present stage: testimony, kept and not judged.
    `reason_key` explains a loss or, where `is_override` says so, why the gate is passed over; `note` adds words.
    `record_id` names a record already known (an edit in the page); `origin_id` the one that a new record follows in the
    journey. `is_made`: the journey makes it in the stage that the blueprint names; no door can say so.
    `is_asked_again`: nothing is said of the record; its score and the stages open to it are asked anew.
    `is_read`: a door has read the values already (`blueprint.typed_values`); others are looked at by intake.
    """

    line: int
    kind: str
    system: str = ""
    external_id: str = ""
    core: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    properties: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    pipeline: str = ""
    stage: str = ""
    reason_key: str = ""
    note: str = ""
    is_override: bool = False
    history: tuple[tuple[str, datetime], ...] = ()
    raw: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    record_id: UUID | None = None
    origin_id: UUID | None = None
    is_made: bool = False
    is_asked_again: bool = False
    is_read: bool = False


@dataclass(frozen=True)
class Refused:
    """One row that did not become a record, with its reason."""

    line: int
    code: str
    field: str
    detail: str
    raw: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass
class Outcome:
    """What became of a batch: rows in = created + updated + unchanged + rejected.

    By line: `numbers` and `ids` of the records, `states` (created, updated, unchanged), `stages` they now stand in,
    `held` (what kept its value: properties that another system owns, the amount of a closed period; `kept_closed` rows
    have such an amount). `entered`: stage id → records that now stand there and did not before (dated history apart);
    `followers`: those of them that came from another record.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept_closed: int = 0
    rejected: list[Refused] = dataclasses.field(default_factory=list)
    numbers: dict[int, int] = dataclasses.field(default_factory=dict)
    ids: dict[int, UUID] = dataclasses.field(default_factory=dict)
    states: dict[int, str] = dataclasses.field(default_factory=dict)
    stages: dict[int, UUID] = dataclasses.field(default_factory=dict)
    held: dict[int, list[str]] = dataclasses.field(default_factory=dict)
    entered: dict[UUID, list[UUID]] = dataclasses.field(default_factory=dict)
    followers: set[UUID] = dataclasses.field(default_factory=set)

    def add(self, other: "Outcome") -> None:
        """Count what became of some more rows."""
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.rejected += other.rejected
        self.states |= other.states
        self.kept_closed += other.kept_closed

    @property
    def rows(self) -> int:
        """Every row that came in."""
        return self.created + self.updated + self.unchanged + len(self.rejected)
