"""Taking in a file of events: the past of each record is told at once, in a handful of statements."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.people.models import Member, Workspace
from imports.csv_reader import Row
from imports.event_log import RecordEvents, read_events, with_events
from imports.file_holders import OwnersOverTime
from imports.known_records import NO_PAST, pasts
from imports.row_reader import RowReader
from lifecycle.actions.intake import take_in
from lifecycle.intake.batch_rows import Incoming, Outcome, Refused
from lifecycle.models import ExternalId, Import, StageStay

UNKNOWN = "No record has this id in the system “{system}”. Bring the records in first, or let events make them."


@dataclass(frozen=True)
class EventsTaken:
    """What became of the rows. `refused` were never seen by intake, and are still to be kept."""

    outcome: Outcome
    refused: list[Refused]


def take_in_events(
    workspace: Workspace, rows: Sequence[Row], reader: RowReader, *, by: Member, at: datetime, of: Import
) -> EventsTaken:
    """Add each record's events to its past. A record counts as created or updated once for each row that is new of it.
    Five queries, the statement of intake, and those that tell owners."""
    told, silent, refused = read_events(rows, reader, at)
    known = _records([each.external_id for each in told], reader)
    makes = reader.context.mapping.unknown_record == "create"
    lost = [each for each in told if each.external_id not in known and not (makes and each.stays)]
    refused += [row for each in lost for row in _unknown(each, reader)]
    told = [each for each in told if each not in lost]
    holders = OwnersOverTime(reader, by=by, at=at, of=of)
    held = {each.external_id: holders.settle(each) for each in told}
    told = [each for each in told if each.rows]
    done = _tell_stays(workspace, told, known, reader, by=by, at=at, of=of)
    known |= {each.external_id: done.ids[each.first_line] for each in told if each.first_line in done.ids}
    named = {known[each.external_id]: (each, held[each.external_id]) for each in told if each.external_id in known}
    changed = holders.tell({pk: pair for pk, pair in named.items() if pair[1]}) if any(held.values()) else set()
    newly_held = {each.first_line for each in told if each.rows and known.get(each.external_id) in changed}
    counted, late = _counted([each for each in told if each.rows], done, newly_held, reader)
    counted.unchanged += len(silent)
    counted.rejected = done.rejected
    return EventsTaken(counted, [*refused, *holders.refused, *late])


def _tell_stays(
    workspace: Workspace,
    told: Sequence[RecordEvents],
    known: dict[str, UUID],
    reader: RowReader,
    *,
    by: Member,
    at: datetime,
    of: Import,
) -> Outcome:
    """The stages that records entered, added to their pasts."""
    past, births = pasts(known.values()), _births(known)
    pipeline = reader.context.lifecycle.pipeline(reader.context.mapping.pipeline)
    incoming: list[Incoming] = []
    for each in told:
        record_id = known.get(each.external_id)
        stays = past.get(record_id, NO_PAST).stays if record_id else ()
        if each.stays and record_id in births and min(moment for _, moment in each.stays) < births[record_id]:
            stays = ()
        if each.stays and (history := with_events(stays, each.stays, pipeline)):
            incoming.append(_incoming(each, history, reader, pipeline.record_kind))
    return take_in(workspace, incoming, by=by, at=at, of=of) if incoming else Outcome()


def _records(ids: list[str], reader: RowReader) -> dict[str, UUID]:
    """The records that the other system's ids mean. One query."""
    mapping = reader.context.mapping
    kind = reader.context.lifecycle.pipeline(mapping.pipeline).record_kind
    found = ExternalId.objects.filter(system=mapping.system, kind=kind, value__in=ids)
    return dict(found.values_list("value", "record_id"))


def _births(known: dict[str, UUID]) -> dict[UUID, datetime]:
    """When records came in that have stood where they began ever since: for want of better, which an event before that
    moment is. One query."""
    begun = StageStay.objects.filter(record_id__in=known.values(), cause="intake", exited_at=None, from_stage=None)
    return dict(begun.values_list("record_id", "entered_at"))


def _unknown(events: RecordEvents, reader: RowReader) -> list[Refused]:
    detail = UNKNOWN.format(system=reader.context.mapping.system)
    header = reader.context.mapping.column_for("external_id") or ""
    return [_refused(row, "unknown_record", header, detail, reader) for row, _ in events.rows]


def _refused(row: Row, code: str, field: str, detail: str, reader: RowReader) -> Refused:
    return Refused(row.line, code, field[:120], detail, dict(zip(reader.context.headers, row.cells, strict=False)))


def _incoming(events: RecordEvents, history: tuple[Any, ...], reader: RowReader, kind: str) -> Incoming:
    mapping = reader.context.mapping
    return Incoming(
        line=events.first_line,
        kind=kind,
        system=mapping.system,
        external_id=events.external_id,
        core={"name": events.external_id} if mapping.unknown_record == "create" else {},
        pipeline=mapping.pipeline,
        history=history,
        raw=dict(zip(reader.context.headers, events.rows[0][0].cells, strict=False)),
        is_read=True,
    )


def _counted(
    told: Sequence[RecordEvents], done: Outcome, newly_held: set[int], reader: RowReader
) -> tuple[Outcome, list[Refused]]:
    """Every row counted once: as its record's, but a second row of a new record updates it; and the further rows of
    records that intake refused."""
    why = {each.line: each for each in done.rejected}
    late: list[Refused] = []
    states: Counter[str] = Counter()
    for each in told:
        line, count = each.first_line, len(each.rows)
        if line in why:
            refusal = why[line]
            late += [_refused(row, refusal.code, refusal.field, refusal.detail, reader) for row, _ in each.rows[1:]]
            continue
        state = done.states.get(line, "unchanged")
        state = "updated" if state == "unchanged" and line in newly_held else state
        states[state] += 1
        states["updated" if state == "created" else state] += count - 1
    return Outcome(states["created"], states["updated"], states["unchanged"]), late
