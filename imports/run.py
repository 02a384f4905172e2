"""Running an import: a thousand rows and the counters in one transaction, so that a worker may die at any moment.

One worker at a time works on the files of a workspace, in the order in which they were started. What is done is
`done_rows`, and nothing else is remembered.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import connection
from django.db.models import Case, Func, IntegerField, Q, When

from blueprint.documents import blueprint_of
from core.database import refresh_statistics
from core.deadly_work import survived
from core.history.actions import running_version
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from imports import mapping as mappings
from imports.cell_types import Context
from imports.chunk import Chunk
from imports.ending import AT_WORK, State, broken_off, end
from imports.opening import open_file
from imports.row_reader import RowReader
from imports.staging import Block, Pause, stage, take_block
from imports.starting import IMPORT
from imports.undo_run import AT_WORK as UNDOS_AT_WORK
from imports.undo_run import run_undo
from lifecycle.models import Import, ImportFile, StagedRows

BROKE = "Something broke on our side. What came in so far is kept; try again."
COUNTERS = ("done_rows", "created_count", "updated_count", "unchanged_count", "rejected_count")
BRIEF_BYTES = 1_000_000  # a file that is read within a second or two
Clock = Callable[[], datetime]


def no_pause() -> None:
    """Nobody else waits."""


def run_workspace(
    workspace_id: UUID,
    *,
    clock: Clock,
    until: Callable[[], bool],
    pause: Pause = no_pause,
    is_brief: bool = False,
) -> bool:
    """Open the workspace's new files, run its imports one after the other, then take back what is to be undone; False
    when time is up before the work is. `pause` is called now and then while a large file is read; with `is_brief` none
    is read, and nothing is taken back.

    Where another worker is at these files there is nothing to do: it goes on itself."""
    with _alone_with_files_of(workspace_id) as is_ours:
        tried = set[tuple[UUID, str]]()  # what is still there after its turn had to give way; the next look tries again
        while is_ours and (job := _next(workspace_id)) and (job.pk, job.state) not in tried:
            if is_brief and (job.state == State.UNDOING or _must_be_read(workspace_id, job)):
                return True
            tried.add((job.pk, job.state))
            if job.state == State.READING:
                if until():
                    return False
                open_file(workspace_id, job.pk, clock=clock, pause=pause)
            elif job.state == State.UNDOING:
                with survived("undo", job.pk, leaves=True):
                    is_over = run_undo(workspace_id, job.pk, clock=clock, until=until)
                if not is_over:
                    return False
            elif not run_import(workspace_id, job.pk, clock=clock, until=until, pause=pause):
                return False
    return True


def run_import(
    workspace_id: UUID, import_id: UUID, *, clock: Clock, until: Callable[[], bool], pause: Pause = no_pause
) -> bool:
    """Take chunk after chunk until the file ends, somebody cancels, or time is up; False for the last."""
    with broken_off(workspace_id, import_id, clock, BROKE):
        running = _Running(Workspace.objects.get(pk=workspace_id), import_id)
        goes_on: bool | None = True
        while goes_on:
            if until():
                return False
            with survived(IMPORT, import_id):
                while (goes_on := running.take_chunk(clock())) is None:
                    stage(running.workspace, import_id, clock(), pause)
            refresh_statistics()
            gc.collect(1)
    return True


def _next(workspace_id: UUID) -> Import | None:
    """The file that is next: one to open, else the import that was started first, else the one to be taken back that
    was asked for first. One query."""
    with workspace_scope(workspace_id):
        is_next = Q(state__in=[State.READING, *AT_WORK]) | Q(undos__phase__in=UNDOS_AT_WORK)
        in_turn = Case(When(state=State.READING, then=0), When(state=State.UNDOING, then=2), default=1)
        return Import.objects.filter(is_next).only("pk", "state").order_by(in_turn, "waiting_since", "number").first()


def _must_be_read(workspace_id: UUID, job: Import) -> bool:
    """Whether the whole of a large file has to be read before its next row can come in. Two queries at most."""
    with workspace_scope(workspace_id):
        if job.state != State.READING and StagedRows.objects.filter(of=job).exists():
            return False
        files = ImportFile.objects.alias(size=Func("content", function="octet_length", output_field=IntegerField()))
        return files.filter(of=job, size__gt=BRIEF_BYTES).exists()


@contextmanager
def _alone_with_files_of(workspace_id: UUID) -> Iterator[bool]:
    """Whether nobody else works on the workspace's files; held until the end, or until this worker's line to the
    database ends. So files come in one after the other, in the order in which they were started.

    Rows are many, live for one chunk and hold no circles: looking for garbage among them again and again cost a quarter
    of what is done with them here, so that it waits for the end of each chunk."""
    key = cast(int, workspace_id.int % 2**63)
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [key])
        (is_ours,) = cursor.fetchone()
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield is_ours
    finally:
        if was_on:
            gc.enable()
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [key])


@dataclass
class _Running:
    """An import being worked on by this process. `reader` is of the version in force; it keeps what it has read from
    chunk to chunk."""

    workspace: Workspace
    import_id: UUID
    reader: RowReader | None = None

    def take_chunk(self, at: datetime) -> bool | None:
        """The next thousand rows, with the counters, in one transaction; False when the import is over or not ours,
        None where its file must be read first."""
        self.workspace.refresh_from_db(fields=["blueprint_version", "time_zone"])
        with workspace_scope(self.workspace), running_version(self.workspace.blueprint_version):
            job = (
                Import.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("created_by")
                .filter(pk=self.import_id, state__in=AT_WORK)
                .first()
            )
            if job is None:
                return False
            if job.cancel_asked_at:
                end(job, State.CANCELLED, at)
                return False
            if job.state == State.WAITING:
                job.state, job.started_at = State.RUNNING, job.started_at or at
                job.save(update_fields=["state", "started_at"])
            block = take_block(job)
            if block is None:
                return None
            self._take(job, block, at)
            if block.is_last:
                job.total_rows = job.done_rows
                job.save(update_fields=["total_rows"])
                end(job, State.FINISHED, at)
            return not block.is_last

    def _take(self, job: Import, block: Block, at: datetime) -> None:
        job.created_by.workspace, lifecycle = self.workspace, blueprint_of(self.workspace)
        reader = self.reader
        if reader is None or reader.context.lifecycle is not lifecycle:
            mapping = mappings.read(job.mapping, job.findings, lifecycle)
            headers = tuple(column["header"] for column in job.findings["columns"])
            context = Context.of(
                mapping, lifecycle, headers, self.workspace, by=job.created_by, at=at, began_at=job.started_at
            )
            reader = self.reader = RowReader(context)
        before = reader.counts.copy()
        outcome = Chunk(self.workspace, job, reader, at).take(block.rows)
        assert outcome.rows == len(block.rows), "rows in = created + updated + unchanged + rejected"
        job.created_count += outcome.created
        job.updated_count += outcome.updated
        job.unchanged_count += outcome.unchanged
        job.rejected_count += len(outcome.rejected)
        job.done_rows += len(block.rows)
        job.save(update_fields=COUNTERS)
        if more := reader.counts - before + Counter(kept_closed=outcome.kept_closed):
            job.findings |= {key: job.findings.get(key, 0) + count for key, count in more.items()}
            job.save(update_fields=["findings"])
