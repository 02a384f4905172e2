"""Running an import: a thousand rows and the counters in one transaction, so that a worker may die at any moment.

Whoever holds the import's row works on it; others skip it. What is done is `done_rows`, and nothing else is remembered.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from blueprint.documents import blueprint_of
from core.database import refresh_statistics
from core.history.actions import running_version
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from imports import mapping as mappings
from imports.cell_types import Context
from imports.chunk import Chunk
from imports.csv_reader import Row, Sheet, read_sheet
from imports.duplicates import EXACT, REPEATED, Repeats, find_repeats
from imports.ending import AT_WORK, State, broken_off, end
from imports.event_log import in_order
from imports.mapping import Mapping
from imports.opening import open_file
from imports.replaced_dates import is_asked
from imports.row_reader import RowReader
from lifecycle.models import Import, ImportFile

CHUNK = 1_000
BROKE = "Something broke on our side. What came in so far is kept; try again."
COUNTERS = ("done_rows", "created_count", "updated_count", "unchanged_count", "rejected_count")
Clock = Callable[[], datetime]


def run_workspace(workspace_id: UUID, *, clock: Clock, until: Callable[[], bool]) -> bool:
    """Open the workspace's new files, then run its imports one after the other, oldest first; False when time is up
    before the work is."""
    with workspace_scope(workspace_id):
        unread = list(Import.objects.filter(state=State.READING).order_by("created_at").values_list("pk", flat=True))
    for import_id in unread:
        if until():
            return False
        open_file(workspace_id, import_id, clock=clock)
    with workspace_scope(workspace_id):
        waiting = list(Import.objects.filter(state__in=AT_WORK).order_by("created_at").values_list("pk", flat=True))
    return all([run_import(workspace_id, import_id, clock=clock, until=until) for import_id in waiting])


def run_import(workspace_id: UUID, import_id: UUID, *, clock: Clock, until: Callable[[], bool]) -> bool:
    """Take chunk after chunk until the file ends, somebody cancels, or time is up; False for the last."""
    with broken_off(workspace_id, import_id, clock, BROKE):
        job = _Job.prepare(workspace_id, import_id, clock())
        if job and is_asked(job.workspace, import_id, job.sheet, job.mapping, clock()):
            return True
        goes_on = job is not None
        while job and goes_on:
            if until():
                return False
            goes_on = job.take_chunk(clock())
            refresh_statistics()
    return True


@dataclass
class _Job:
    """An import being worked on by this process."""

    workspace: Workspace
    import_id: UUID
    sheet: Sheet
    mapping: Mapping
    repeats: Repeats
    rows: Iterator[tuple[int, Row]]
    done: int
    reader: RowReader | None = None

    @classmethod
    def prepare(cls, workspace_id: UUID, import_id: UUID, at: datetime) -> "_Job | None":
        """Read the file and what repeats in it; no row is locked meanwhile. None when there is nothing to do."""
        workspace = Workspace.objects.get(pk=workspace_id)
        with workspace_scope(workspace):
            job = Import.objects.select_for_update(skip_locked=True).filter(pk=import_id, state__in=AT_WORK).first()
            if job is None:
                return None
            if job.state == State.WAITING:
                job.state, job.started_at = State.RUNNING, job.started_at or at
                job.save(update_fields=["state", "started_at"])
            content = ImportFile.objects.values_list("content", flat=True).get(of=job)
            mapping = mappings.read(job.mapping, job.findings, blueprint_of(workspace))
        sheet = read_sheet(bytes(content))
        repeats = find_repeats(sheet, mapping)
        rows = islice(enumerate(in_order(sheet, mapping)), job.done_rows, None)
        return cls(workspace, import_id, sheet, mapping, repeats, rows, job.done_rows)

    def take_chunk(self, at: datetime) -> bool:
        """The next thousand rows, with the counters, in one transaction; False when the import is over or not ours."""
        self.workspace.refresh_from_db(fields=["blueprint_version", "time_zone"])
        with workspace_scope(self.workspace), running_version(self.workspace.blueprint_version):
            job = (
                Import.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("created_by")
                .filter(pk=self.import_id, state__in=AT_WORK)
                .first()
            )
            if job is None or job.done_rows != self.done:  # another worker took over
                return False
            if job.cancel_asked_at:
                end(job, State.CANCELLED, at)
                return False
            chunk = list(islice(self.rows, CHUNK))
            if chunk:
                self._take(job, chunk, at)
            if len(chunk) == CHUNK:
                return True
            job.total_rows = job.done_rows
            job.save(update_fields=["total_rows"])
            end(job, State.FINISHED, at)
            return False

    def _take(self, job: Import, chunk: list[tuple[int, Row]], at: datetime) -> None:
        job.created_by.workspace = self.workspace
        outcome = Chunk(self.workspace, job, self._reader_for(job, at), self.repeats, at).take(chunk)
        assert outcome.rows == len(chunk), "rows in = created + updated + unchanged + rejected"
        job.created_count += outcome.created
        job.updated_count += outcome.updated
        job.unchanged_count += outcome.unchanged
        job.rejected_count += len(outcome.rejected)
        job.done_rows += len(chunk)
        repeats = list(self.repeats.kinds.values())
        job.findings["repeats"] = {kind: repeats.count(kind) for kind in (EXACT, REPEATED)}
        job.save(update_fields=[*COUNTERS, "findings"])
        self.done = job.done_rows

    def _reader_for(self, job: Import, at: datetime) -> RowReader:
        """The reader of the version in force; it keeps what it has read from chunk to chunk."""
        lifecycle = blueprint_of(self.workspace)
        if self.reader is None or self.reader.context.lifecycle is not lifecycle:
            of = (self.mapping, lifecycle, self.sheet.headers, self.workspace)
            self.reader = RowReader(Context.of(*of, by=job.created_by, at=at, began_at=job.started_at))
        return self.reader
