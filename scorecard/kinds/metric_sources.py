"""Sources of measures: what can be counted, and the dates, amounts and facts of each thing.

The columns of a source's part of SQL are what is declared here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from blueprint.expressions.fields import Catalogue, Field
from blueprint.schema.vocabularies import DataType
from core.sql import SqlFile, load


@dataclass(frozen=True)
class Source:
    """One kind of thing that happens. `dates`, `amounts` (with their units) and `fields` are columns of its part."""

    name: str
    label: str
    file: str
    dates: Mapping[str, str]
    marked: frozenset[str] = frozenset()
    """The dates whose days are counted again when something changes; readings of the others are never kept."""
    amounts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()
    narrowed_by: frozenset[str] = frozenset()
    """Which parameters narrow it: stages, seam, event."""
    moves_with: str = ""
    whose: Mapping[str, str] = field(default_factory=dict)
    """Of each date, what the columns begin with that say whose the record was then; none where that is looked up."""
    is_of_records: bool = True
    """Whether each thing is about a record, whose facts lines may name; of others there are no lines."""

    @cached_property
    def part(self) -> SqlFile:
        return load("scorecard", self.file)

    def columns(self) -> dict[str, str]:
        """Where its own facts are."""
        return {each.key: f"x.{each.key}" for each in self.fields}


@lru_cache(maxsize=256)
def together(known: Catalogue, fields: tuple[Field, ...]) -> Catalogue:
    """What a line about a source may name: the facts of its record, and its own `fields`."""
    return Catalogue([*known, *(each for each in fields if each.key not in known)], known.currency)


def _choice(key: str, label: str, *options: str) -> Field:
    return Field(key, DataType.CHOICE, label, options)


def _yes_or_no(key: str, label: str) -> Field:
    return Field(key, DataType.BOOLEAN, label)


def _words(key: str, label: str) -> Field:
    return Field(key, DataType.TEXT, label)


_STATES = ("offered", "accepted", "rejected", "recalled")
SOURCES: Mapping[str, Source] = {
    each.name: each
    for each in (
        Source(
            "records",
            "Records",
            "parts/records_source",
            dates={
                "created_at": "created",
                "opened_at": "opened",
                "closes_on": "expected to close",
                "renews_on": "renews",
            },
            amounts={"amount": ("amount", "money"), "mrr": ("monthly recurring revenue", "money")},
        ),
        Source(
            "stays",
            "Stays in a stage",
            "parts/stays_source",
            dates={"entered_at": "entered the stage", "exited_at": "left the stage"},
            marked=frozenset({"entered_at", "exited_at"}),
            amounts={"amount": ("amount", "money"), "mrr": ("monthly recurring revenue", "money")},
            fields=(_words("stay_cause", "Why it came there"), _words("stay_reason", "Reason of the move")),
            narrowed_by=frozenset({"stages"}),
            whose={"entered_at": "", "exited_at": "left_"},
        ),
        Source(
            "handoffs",
            "Handoffs",
            "parts/handoffs_source",
            dates={
                "offered_at": "offered",
                "due_at": "due",
                "answered_at": "answered",
                "breached_at": "breached",
                "first_touched_at": "first touched",
            },
            marked=frozenset({"offered_at", "due_at", "answered_at", "breached_at"}),
            amounts={"amount": ("amount", "money"), "reassignments": ("reassignments", "count")},
            fields=(
                _choice("handoff_state", "State of the handoff", *_STATES),
                _words("handoff_reason", "Key of the reason given"),
                _yes_or_no("handoff_is_late", "Answered late or not at all"),
                _yes_or_no("handoff_is_queued", "In a queue"),
            ),
            narrowed_by=frozenset({"seam"}),
            moves_with="seam",
        ),
        Source(
            "assignments",
            "Assignments of handoffs",
            "parts/assignments_source",
            dates={"at": "given", "ended_at": "taken away or answered"},
            fields=(
                _words("assignment_cause", "Why it was given"),
                _yes_or_no("assignment_is_missed", "Taken away by the ladder"),
            ),
            narrowed_by=frozenset({"seam"}),
        ),
        Source(
            "escalations",
            "Steps of ladders",
            "parts/escalations_source",
            dates={"due_at": "fell due", "taken_at": "taken"},
            fields=(_words("escalation_action", "Which step it was"),),
            narrowed_by=frozenset({"seam"}),
        ),
        Source(
            "activities",
            "Activities",
            "parts/activities_source",
            dates={"at": "took place"},
            fields=(
                _choice("activity_kind", "Kind of activity", "call", "email", "meeting", "note"),
                _choice("activity_direction", "Who reached for whom", "outbound", "inbound"),
                _words("activity_outcome", "Outcome"),
                _yes_or_no("activity_is_qualifying", "Counts as a first touch"),
            ),
        ),
        Source(
            "tasks",
            "Tasks",
            "parts/tasks_source",
            dates={"created_at": "made", "due_at": "due", "done_at": "done"},
            fields=(
                _words("task_kind", "Kind of task"),
                _yes_or_no("task_is_done", "Done"),
                _yes_or_no("task_is_late", "Past its time"),
            ),
        ),
        Source("events", "Events", "parts/events_source", dates={"at": "happened"}, narrowed_by=frozenset({"event"})),
        Source(
            "workspace_events",
            "Events of the workspace",
            "parts/workspace_events_source",
            dates={"at": "happened"},
            narrowed_by=frozenset({"event"}),
            whose={"at": ""},
            is_of_records=False,
        ),
    )
}
# What parameters choose from: `handoffs.offered_at` says the source and the date at once.
DATES = {
    f"{source.name}.{date}": f"{source.label}: {label}"
    for source in SOURCES.values()
    for date, label in source.dates.items()
}
AMOUNTS = {
    f"{source.name}.{amount}": f"{source.label}: {label}"
    for source in SOURCES.values()
    for amount, (label, _) in source.amounts.items()
}


def source_of(path: str) -> Source:
    """The source of a date or an amount. Raises KeyError."""
    return SOURCES[path.partition(".")[0]]


def column_of(path: str) -> str:
    """Where a date or an amount is."""
    return f"x.{path.partition('.')[2]}"
