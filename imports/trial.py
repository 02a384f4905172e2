"""What will happen to the first rows of a file: they are taken in as they would be, and everything is taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from blueprint.schema import Blueprint
from core.errors import Refusal
from core.people.models import Workspace
from imports.cell_types import Context
from imports.chunk import Chunk
from imports.csv_reader import Row
from imports.known_records import known_records, readable
from imports.mapping import Mapping
from imports.row_reader import RowReader
from imports.staging import StagedRow
from lifecycle.models import Import


@dataclass
class Trial:
    """How many of the rows would be created, updated, left unchanged and rejected, and in how many
    dates that cannot be would be set aside, or the record it came from is unknown or another one. By line: `states`,
    `problems` (column, why), and the known stages whose date is `replaced`."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    set_aside: int = 0
    unknown_origins: int = 0
    other_origins: int = 0
    shared_leads: int = 0
    states: dict[int, str] = field(default_factory=dict)
    problems: dict[int, tuple[str, str]] = field(default_factory=dict)
    replaced: dict[int, list[str]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """The rows that were tried."""
        return self.created + self.updated + self.unchanged + self.rejected

    @property
    def replaced_stages(self) -> int:
        """Known stages whose date the rows would replace."""
        return sum(map(len, self.replaced.values()))


class _TakenBack(Exception):
    """Ends the trial: what it wrote is rolled back."""


def try_rows(job: Import, mapping: Mapping, lifecycle: Blueprint, workspace: Workspace, at: datetime) -> Trial | None:
    """Take the first rows in and take everything back; None where nobody may take them in. The records that they mean
    are locked meanwhile, for as long as these few rows take."""
    job.created_by.workspace = workspace
    found = Trial()
    try:
        with transaction.atomic():
            headers = tuple(column["header"] for column in job.findings["columns"])
            reader = RowReader(Context.of(mapping, lifecycle, headers, workspace, by=job.created_by, at=at))
            rows = [Row(line, tuple(cells)) for line, cells in job.findings["head"]]
            found.replaced = _replaced(rows, reader)
            reader.counts.clear()
            outcome = Chunk(workspace, job, reader, at).take([StagedRow(row) for row in rows])
            found.created, found.updated, found.unchanged = outcome.created, outcome.updated, outcome.unchanged
            found.rejected, found.states = len(outcome.rejected), outcome.states
            for key, count in reader.counts.items():
                setattr(found, key, count)
            found.problems = {each.line: (each.field, each.detail) for each in outcome.rejected}
            raise _TakenBack
    except _TakenBack:
        return found
    except Refusal:
        return None


def _replaced(rows: Sequence[Row], reader: RowReader) -> dict[int, list[str]]:
    """The known stages whose date the rows would replace, by line and in words."""
    mapping, zone = reader.context.mapping, reader.context.zone
    if not (mapping.kind and mapping.history) or mapping.known_dates == "keep":
        return {}
    told = readable(rows, reader)
    known = known_records(told, mapping)
    found = {}
    for row in told:
        stays = row.told.replaced(known[row.line]) if row.told and row.line in known else []
        if row.told and stays:
            stage = row.told.pipeline.stage
            found[row.line] = [f"{stage(key).label}, known since {at.astimezone(zone):%Y-%m-%d}" for key, at in stays]
    return found
