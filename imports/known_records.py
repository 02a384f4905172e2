"""The records that rows of a file mean and that are there already, with what is known of their past."""

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Keyed
from contextlib import suppress
from uuid import UUID

from django.db.models import Count

from blueprint.typed_values import BadValue
from core.sql import load
from imports.csv_reader import Row
from imports.mapping import Mapping
from imports.row_reader import FileRow, RowReader
from imports.told_stages import Known
from lifecycle.models import ExternalId, StageStay

NO_PAST = Known(())
KNOWN = load("imports", "known_records")


def known_records(rows: Sequence[FileRow], mapping: Mapping) -> dict[int, Known]:
    """By the line of the row, as intake finds them: by the other system's id, else (leads) by the address. Two
    queries; the past is looked up where stages of the file tell it."""
    emails = [str(row.core.get("email") or "") if mapping.kind == "lead" else "" for row in rows]
    found: dict[int, UUID] = dict(
        KNOWN.rows(
            system=mapping.system,
            kind=mapping.kind,
            lines=[row.line for row in rows],
            ids=[row.external_id for row in rows],
            emails=emails,
        )
    )
    past = pasts(found.values()) if mapping.history else {}
    return {line: past.get(record_id, NO_PAST) for line, record_id in found.items()}


def readable(rows: Iterable[Row], reader: RowReader) -> list[FileRow]:
    """The rows that can be read, as they would come in."""
    found = []
    for row in rows:
        with suppress(BadValue):
            found.append(reader.read(row))
    return found


def pasts(record_ids: Iterable[UUID]) -> dict[UUID, Known]:
    """What is known of the past of these records. One query."""
    wanted = set(record_ids)
    if not wanted:
        return {}
    stays = StageStay.objects.filter(record_id__in=wanted).order_by("record_id", "entered_at", "exited_at", "id")
    known: dict[UUID, Known] = {}
    for record_id, *stay, created_at in stays.values_list(
        "record_id", "stage__key", "entered_at", "record__created_at"
    ):
        known[record_id] = Known((*known.get(record_id, NO_PAST).stays, tuple(stay)), created_at)
    return known


def of_several_ids(rows: Sequence[FileRow], ids: Keyed[int, UUID], mapping: Mapping) -> int:
    """How many of the rows, now leads, are about a lead that has further ids of the same system, since its address
    stands beside each. One query, none where no row brings both."""
    leads = [ids[row.line] for row in rows if row.external_id and row.core.get("email") and row.line in ids]
    if mapping.kind != "lead" or not leads:
        return 0
    external = ExternalId.objects.filter(system=mapping.system, kind="lead", record_id__in=leads)
    several = external.values("record_id").annotate(count=Count("pk")).filter(count__gt=1)
    rows_of = Counter(leads)
    return sum(min(rows_of[lead], count - 1) for lead, count in several.values_list("record_id", "count"))
