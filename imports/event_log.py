"""Event logs: a row for each stage that a record entered, or owner it had; processes of other systems are replayed.

What is told is testimony: it is kept as said and not judged by today's gates. Events add to the past that is known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from blueprint.schema import PipelineTerms
from blueprint.typed_values import BadValue
from imports.csv_reader import Row, Sheet
from imports.mapping import Mapping
from imports.row_reader import RowReader
from imports.told_stages import History, Stay
from lifecycle.intake.batch_rows import Refused


@dataclass(frozen=True)
class ToldEvent:
    """What one row tells of a record at a moment: a stage that it entered, who owned it from then on, or both."""

    external_id: str
    at: datetime
    stage: str = ""
    owner: str = ""
    team: str = ""


@dataclass
class RecordEvents:
    """What a file says of one record: its rows, each with its event."""

    external_id: str
    rows: list[tuple[Row, ToldEvent]] = field(default_factory=list)

    @property
    def first_line(self) -> int:
        """Where the file speaks of it first."""
        return self.rows[0][0].line

    @property
    def stays(self) -> list[Stay]:
        """The stages it entered."""
        return [(event.stage, event.at) for _, event in self.rows if event.stage]


def in_order(sheet: Sheet, mapping: Mapping) -> Iterator[Row]:
    """The rows of an event log as they are taken: record by record, so that each past is told at once."""
    place = sheet.headers.index(mapping.column_for("external_id") or "")
    return iter(sorted(sheet.rows(), key=lambda row: row.cells[place].strip() if len(row.cells) > place else ""))


def read_events(
    rows: Sequence[Row], reader: RowReader, now: datetime
) -> tuple[list[RecordEvents], list[Row], list[Refused]]:
    """Events by record, rows that tell of no stage, and rows that cannot be events."""
    found: dict[str, RecordEvents] = {}
    silent: list[Row] = []
    refused: list[Refused] = []
    for row in rows:
        try:
            event = event_of(row, reader, now)
        except BadValue as bad:
            refused.append(reader.refused(row, bad))
            continue
        if event is None:
            silent.append(row)
        else:
            found.setdefault(event.external_id, RecordEvents(event.external_id)).rows.append((row, event))
    return list(found.values()), silent, refused


def event_of(row: Row, reader: RowReader, now: datetime) -> ToldEvent | None:
    """What the row tells; None where its words mean nothing. Raises BadValue."""
    values, mapping = reader.values(row), reader.context.mapping
    if values.keys().isdisjoint(("stage", "owner", "team")):
        return None
    for place, what in (("external_id", "record"), ("happened_at", "moment")):
        if place not in values:
            header = mapping.column_for(place) or place
            raise BadValue(f"no_{what}", header, f"The event names no {what}.")
    if values["happened_at"] > now:
        header = mapping.column_for("happened_at") or ""
        raise BadValue("in_the_future", header, "An event cannot have happened in the future.")
    told = {key: values[key] for key in ("stage", "owner", "team") if key in values}
    return ToldEvent(values["external_id"], values["happened_at"], **told)


def with_events(known: History, told: Sequence[Stay], pipeline: PipelineTerms) -> History:
    """The known past with the events in it, oldest first; nothing where they tell nothing new. A stage that is told
    while the record stands in it is no new entry; of two at one moment, the one that comes first in the pipeline was
    entered first."""
    positions = {stage.key: stage.position for stage in pipeline.stages}
    stays = sorted({*known, *told}, key=lambda stay: (stay[1], positions.get(stay[0], -1)))
    kept = [*stays[:1], *(later for earlier, later in pairwise(stays) if later[0] != earlier[0] or later in known)]
    return () if kept == list(known) else tuple(kept)
