"""Running an import: a thousand rows and the counters in one transaction, so that a worker may die at any moment.

Whoever holds the import's row works on it; others skip it. What is done is `done_rows`, and nothing else is remembered.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from blueprint.documents import blueprint_of
from core.database import refresh_statistics, scanner_cursor
from core.errors import Refusal, WorldMovedOn
from core.history.actions import record, running_version
from core.operating.setting_aside import done_well, set_aside
from core.people.models import Workspace
from core.sql import load
from core.tenancy.scope import workspace_scope
from imports import mapping as mappings
from imports.companies import account_names, take_in_accounts
from imports.counts import Tally
from imports.csv_reader import Row, Sheet, read_sheet
from imports.duplicates import EXACT, REPEATED, Repeats, find_repeats, merged
from imports.mapping import Mapping
from imports.opening import open_file
from imports.people import Owners
from imports.rows import Context, ParsedRow, RowReader, zone_of
from imports.starting import IMPORT
from imports.teams import take_in_people
from lifecycle.actions.intake import keep_rejections, take_in
from lifecycle.intake.batch_rows import Incoming, Refused
from lifecycle.models import ExternalId, Import, ImportFile, Record

log = logging.getLogger(__name__)
WAITING = load("imports", "waiting_workspaces")
CHUNK = 1_000
STATEMENT_TIMEOUT = "57014"
State = Import.State
AT_WORK = (State.WAITING, State.RUNNING)
Clock = Callable[[], datetime]


def waiting_workspaces() -> list[UUID]:
    """Workspaces with an import to run, as the scanner role sees them. One query."""
    with scanner_cursor() as cursor:
        cursor.execute(WAITING.text)
        return [UUID(str(row[0])) for row in cursor.fetchall()]


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
    try:
        job = _Job.prepare(workspace_id, import_id, clock())
        while job is not None:
            if until():
                return False
            goes_on = job.take_chunk(clock())
            refresh_statistics()
            if not goes_on:
                return True
        return True
    except OperationalError:
        raise  # the database is away or slow; what was done is kept, and the next look goes on from there
    except WorldMovedOn:
        return True  # others were faster; the next look tries again
    except Refusal as refusal:
        _fail(workspace_id, import_id, refusal.detail, clock())
    except Exception as trouble:  # whatever is wrong with one file must not stop the others; its page says so
        log.exception("import %s failed", import_id)
        broke = "Something broke on our side. What came in so far is kept; try again."
        _fail(workspace_id, import_id, broke, clock(), trouble)
    return True


def _fail(workspace_id: UUID, import_id: UUID, why: str, at: datetime, trouble: Exception | None = None) -> None:
    """The import ends here; where the trouble is ours, it is set aside as well, so that somebody sees it."""
    with workspace_scope(workspace_id):
        job = Import.objects.select_for_update().get(pk=import_id)
        if job.state in AT_WORK:
            _end(job, State.FAILED, at, error=why[:500])
            if trouble is not None:
                set_aside(IMPORT, job.pk, what=f"Import {job.number}, {job.file_name}", trouble=trouble, at=at)


def _end(job: Import, state: str, at: datetime, error: str = "") -> None:
    job.state, job.finished_at, job.error = state, at, error
    job.save(update_fields=["state", "finished_at", "error"])
    if state != State.FAILED:
        done_well(IMPORT, [job.pk])
    facts = {
        "file": job.file_name,
        "rows": job.done_rows,
        "created": job.created_count,
        "updated": job.updated_count,
        "unchanged": job.unchanged_count,
        "rejected": job.rejected_count,
    }
    record(f"import.{state}", job, at=at, actor=job.created_by, facts=facts)


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
        sheet = read_sheet(job.file_name, bytes(content))
        repeats = find_repeats(sheet, mapping)
        rows = islice(enumerate(sheet.rows()), job.done_rows, None)
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
                _end(job, State.CANCELLED, at)
                return False
            chunk = list(islice(self.rows, CHUNK))
            if chunk:
                self._take(job, chunk, at)
            if len(chunk) == CHUNK:
                return True
            job.total_rows = job.done_rows
            job.save(update_fields=["total_rows"])
            _end(job, State.FINISHED, at)
            return False

    def _take(self, job: Import, chunk: Sequence[tuple[int, Row]], at: datetime) -> None:
        job.created_by.workspace = self.workspace
        tally = _Chunk(self, job, self._reader_for(job, at), at).take(chunk)
        assert tally.rows == len(chunk), "rows in = created + updated + unchanged + rejected"
        job.created_count += tally.created
        job.updated_count += tally.updated
        job.unchanged_count += tally.unchanged
        job.rejected_count += len(tally.refused)
        job.done_rows += len(chunk)
        job.findings["repeats"] = {EXACT: self.repeats.count(EXACT), REPEATED: self.repeats.count(REPEATED)}
        job.save(
            update_fields=[
                "done_rows",
                "created_count",
                "updated_count",
                "unchanged_count",
                "rejected_count",
                "findings",
            ]  # fmt: skip
        )
        self.done = job.done_rows

    def _reader_for(self, job: Import, at: datetime) -> RowReader:
        """The reader of the version in force; it keeps what it has read from chunk to chunk."""
        lifecycle = blueprint_of(self.workspace)
        if self.reader is None or self.reader.context.lifecycle is not lifecycle:
            self.reader = RowReader(
                Context(
                    mapping=self.mapping,
                    lifecycle=lifecycle,
                    headers=self.sheet.headers,
                    zone=zone_of(self.mapping, self.workspace.time_zone),
                    at=job.started_at or at,
                    owners=Owners(self.mapping.unknown_owner, by=job.created_by, at=at),
                    account_names=account_names(self.mapping.system) if self.mapping.column_for("account_id") else {},
                )
            )
        return self.reader


class _Chunk:
    """One chunk on its way in, inside its transaction."""

    def __init__(self, running: _Job, job: Import, reader: RowReader, at: datetime) -> None:
        self.running, self.job, self.at, self.by, self.reader = running, job, at, job.created_by, reader
        self.mapping, self.repeats = running.mapping, running.repeats
        self.blanks = frozenset(("", *self.mapping.blanks))

    def take(self, chunk: Sequence[tuple[int, Row]]) -> Tally:
        """What became of every row of the chunk; what is refused is kept."""
        tally = Tally()
        rows = [(place, self._completed(place, row)) for place, row in chunk if self._wins(place, row, tally)]
        keep_rejections(tally.refused, of=self.job, at=self.at)
        return tally.plus(self._take_records(rows) if self.mapping.kind else self._take_others(rows))

    def _take_others(self, rows: Sequence[tuple[int, Row]]) -> Tally:
        """Companies or people."""
        taker = take_in_accounts if self.mapping.target == "accounts" else take_in_people
        present = [row for place, row in rows if not self._is_overruled(place, row)]
        tally = taker(present, self.reader, by=self.by, at=self.at)
        tally.unchanged += len(rows) - len(present)
        keep_rejections(tally.refused, of=self.job, at=self.at)
        return tally

    def _wins(self, place: int, row: Row, tally: Tally) -> bool:
        """Whether the row may come in; where the first row wins, a repeat is refused."""
        if self.mapping.on_repeat != "first" or place not in self.repeats.kinds:
            return True
        tally.refused.append(self.reader.refused(row, self.repeats.kinds[place], self.repeats.why(place)))
        return False

    def _completed(self, place: int, row: Row) -> Row:
        """Where later rows update: the last row of an id says what the rows before it said and it does not."""
        if self.mapping.on_repeat == "first" or place not in self.repeats.earlier:
            return row
        return merged(row, self.repeats.earlier[place], self.blanks)

    def _is_overruled(self, place: int, row: Row) -> bool:
        """Whether a later row of the file decides about the same thing, and can be read."""
        if self.mapping.on_repeat == "first" or place not in self.repeats.superseded or row.problem:
            return False
        return not isinstance(self.reader.values(self.repeats.superseded[place]), Refused)

    def _take_records(self, rows: Sequence[tuple[int, Row]]) -> Tally:
        tally = Tally()
        told: list[tuple[int, Row, ParsedRow]] = []
        for place, row in rows:
            read = self.reader.read(row)
            if isinstance(read, Refused):
                tally.refused.append(read)
            else:
                told.append((place, row, read))
        standing = self._standing([each for _, _, each in told])
        incoming = []
        for place, row, each in told:
            if each.key in standing and self._is_overruled(place, row):
                tally.unchanged += 1
            else:
                self._settle(each, standing.get(each.key))
                incoming.append(each.incoming(self.mapping))
        keep_rejections(tally.refused, of=self.job, at=self.at)
        return tally.plus(self._into_records(incoming))

    def _standing(self, rows: Sequence[ParsedRow]) -> dict[tuple[str, str], tuple[UUID, datetime]]:
        """Stage and when it was entered, of the records these rows mean that are there already. Two queries at most."""
        ids = [row.external_id for row in rows if row.external_id]
        emails = [str(row.core["email"]) for row in rows if not row.external_id and "email" in row.core]
        found: dict[tuple[str, str], tuple[UUID, datetime]] = {}
        if ids:
            known = ExternalId.objects.filter(system=self.mapping.system, kind=self.mapping.kind, value__in=ids)
            for value, stage_id, at in known.values_list("value", "record__stage_id", "record__entered_stage_at"):
                found["id", value] = (stage_id, at)
        if emails:
            leads = Record.objects.filter(kind="lead", email__in=emails)
            for email, stage_id, at in leads.values_list("email", "stage_id", "entered_stage_at"):
                found["email", email] = (stage_id, at)
        return found

    def _settle(self, told: ParsedRow, present: tuple[UUID, datetime] | None) -> None:
        """What depends on whether the record is there: a name for a new one; for a known one in the same stage, an
        entry that the file does not date stays when it was."""
        if present is None:
            if told.name:
                told.core["name"] = told.name
        elif told.history and not told.is_dated:
            past, (stage_key, _) = told.history[:-1], told.history[-1]
            stage = self.reader.context.lifecycle.pipeline(self.mapping.pipeline).stage(stage_key)
            stage_id, entered_at = present
            if stage.id == stage_id and all(at <= entered_at for _, at in past):
                told.history = (*past, (stage_key, entered_at))

    def _into_records(self, rows: Sequence[Incoming]) -> Tally:
        """Take the rows in. Rows the database will not have are found by halving and kept as rejections."""
        if not rows:
            return Tally()
        try:
            with transaction.atomic():
                done = take_in(self.running.workspace, rows, by=self.by, at=self.at, on_repeat="update", of=self.job)
            return Tally(done.created, done.updated, done.unchanged, list(done.rejected))
        except DatabaseError as broken:
            is_away = connection.connection is None or connection.connection.closed
            too_slow = getattr(broken.__cause__, "pgcode", None) == STATEMENT_TIMEOUT and len(rows) > 1
            if is_away or (isinstance(broken, OperationalError | InterfaceError) and not too_slow):
                raise
            if len(rows) > 1:
                half = len(rows) // 2
                return self._into_records(rows[:half]).plus(self._into_records(rows[half:]))
            log.warning("line %s of import %s: %s", rows[0].line, self.job.number, broken)
            detail = "The database would not have this row."
            refused = Refused(rows[0].line, "not_stored", "", detail, dict(rows[0].raw))
            keep_rejections([refused], of=self.job, at=self.at)
            return Tally(refused=[refused])
