"""What a worker asks before a file is brought in: whether the file's dates replace those of known stages."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from uuid import UUID

from blueprint.documents import blueprint_of
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from imports.cell_types import Context
from imports.csv_reader import Row
from imports.known_records import known_records, readable
from imports.mapping import Mapping
from imports.row_reader import RowReader
from lifecycle.models import ExternalId, Import, Record

CHUNK = 1_000
ASKED = "The file gives another date to {stages} known already, of {records}. Say whether they are replaced."


def is_asked(
    workspace: Workspace, import_id: UUID, headers: tuple[str, ...], rows: Iterable[Row], mapping: Mapping, at: datetime
) -> bool:
    """Look through the file before its first row comes in. Where it would replace dates and nobody said whether to, the
    import goes back to its mapping with the question; nothing else is written."""
    with workspace_scope(workspace):
        if not _is_anybody_known(mapping) or Import.objects.filter(pk=import_id, done_rows__gt=0).exists():
            return False
        context = Context.of(mapping, blueprint_of(workspace), headers, workspace, by=None, at=at)
    stages, records = _replaced(workspace, RowReader(context), rows)
    if not stages:
        return False
    with workspace_scope(workspace):
        job = Import.objects.select_for_update().get(pk=import_id)
        if job.state != Import.State.RUNNING or job.done_rows or job.cancel_asked_at:
            return False
        job.state, job.started_at = Import.State.MAPPING, None
        job.findings["replaces"] = {"stages": stages, "records": records}
        job.error = ASKED.format(stages=_counted(stages, "stage"), records=_counted(records, "record"))
        job.save(update_fields=["state", "started_at", "findings", "error"])
    return True


def _is_anybody_known(mapping: Mapping) -> bool:
    """Whether any row can mean a record that is there already. Two queries at most."""
    of_system = ExternalId.objects.filter(system=mapping.system, kind=mapping.kind)
    return of_system.exists() or (mapping.kind == "lead" and Record.objects.filter(kind="lead").exists())


def _replaced(workspace: Workspace, reader: RowReader, rows: Iterable[Row]) -> tuple[int, int]:
    """Stages whose date the rows would replace, and of how many records."""
    stages = records = 0
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        with workspace_scope(workspace):
            told = readable(chunk, reader)
            known = known_records(told, reader.context.mapping)
        for row in told:
            replaced = row.told.replaced(known[row.line]) if row.told and row.line in known else []
            stages += len(replaced)
            records += bool(replaced)
    return stages, records


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
