"""Closings of records, and whether their period is closed: the database answers, for every door alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from core.people.models import Member
from core.sql import load
from lifecycle.models import Import, Record, Restatement

CLOSING_OF_RECORD = load("lifecycle", "closing_of_record")
CLOSED_FACTS = frozenset(("amount", "currency"))  # what a closed period keeps of a closing
KEPT = (
    "It was closed in a period that is closed by now: its amount changes only by a restatement, with a reason. "
    "The record's page has the form, the API records/<number>/restatements."
)


@dataclass(frozen=True)
class Closing:
    """When and for how much a record was won or lost. `is_shut`: its period is closed."""

    stay_id: UUID
    stage_id: UUID
    closed_at: datetime
    amount: Decimal | None
    currency: str
    is_shut: bool


def closing_of(record: Record, at: datetime) -> Closing | None:
    """The last one; None where it never was. One query."""
    return next((Closing(*row) for row in CLOSING_OF_RECORD.rows(record=record.pk, at=at)), None)


@dataclass(frozen=True)
class ClosingSide:
    """What a closing was before it was restated, or is since. `is_counted`: whether it was there."""

    is_counted: bool
    amount: Decimal | None
    currency: str
    owner: str
    source: str


@dataclass(frozen=True)
class ToldRestatement:
    """A restatement with the names of what it points at; `record` and `file` are None where they are gone."""

    row: Restatement
    record: Record | None
    file: Import | None
    before: ClosingSide
    after: ClosingSide


def name_import(job: Import | None) -> None:
    """What the database restates from now on in this transaction came with this import."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.import', %s, true)", [str(job.pk) if job else ""])


def restatements_of(record: Record) -> QuerySet[Restatement]:
    """What was restated of its closings, newest first."""
    return restatements().filter(record_id=record.pk)


def restatements() -> QuerySet[Restatement]:
    """All of them, newest first."""
    return Restatement.objects.select_related("by", "stage__pipeline").order_by("-at", "-id")


def told(found: Sequence[Restatement]) -> list[ToldRestatement]:
    """The restatements with names. Three queries."""
    owners = Member.objects.in_bulk({id for each in found for id in (each.owner_before, each.owner_after) if id})
    names = {None: ""} | {pk: member.display_name for pk, member in owners.items()}
    records = Record.objects.in_bulk({each.record_id for each in found})
    files = Import.objects.defer("findings", "mapping").in_bulk({each.import_id for each in found if each.import_id})
    return [
        ToldRestatement(
            each,
            records.get(each.record_id),
            files.get(each.import_id),
            ClosingSide(
                each.is_counted_before,
                each.amount_before,
                each.currency_before,
                names.get(each.owner_before, ""),
                each.source_before,
            ),
            ClosingSide(
                each.is_counted_after,
                each.amount_after,
                each.currency_after,
                names.get(each.owner_after, ""),
                each.source_after,
            ),
        )
        for each in found
    ]
