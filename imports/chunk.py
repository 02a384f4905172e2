"""One chunk of a file's rows on its way in, inside its transaction."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from blueprint.typed_values import BadValue
from core.people.models import Workspace
from imports.csv_reader import Row
from imports.duplicates import Repeats, merged
from imports.file_companies import take_in_accounts
from imports.file_events import take_in_events
from imports.file_teams import take_in_people
from imports.known_records import known_records
from imports.row_reader import FileRow, RowReader
from imports.told_stages import Known
from lifecycle.actions.intake import keep_rejections, take_in
from lifecycle.intake.batch_rows import Outcome, Refused
from lifecycle.models import Import

log = logging.getLogger(__name__)
STATEMENT_TIMEOUT = "57014"
Numbered = tuple[int, Row]


class Chunk:
    """Takes rows in for one import; `outcome` counts them, `refused` are those that intake never saw."""

    def __init__(self, workspace: Workspace, job: Import, reader: RowReader, repeats: Repeats, at: datetime) -> None:
        self.workspace, self.job, self.reader, self.repeats, self.at = workspace, job, reader, repeats, at
        self.mapping, self.by = reader.context.mapping, job.created_by
        self.is_first_kept = self.mapping.on_repeat == "first"
        self.outcome, self.refused = Outcome(), list[Refused]()

    def take(self, rows: Sequence[Numbered]) -> Outcome:
        """What became of every row; what is refused is kept."""
        present = [(place, found) for place, row in rows if (found := self._present(place, row))]
        if self.mapping.kind:
            self._take_records(present)
        elif self.mapping.target == "events":
            self._take_events(present)
        else:
            self._take_others(present)
        keep_rejections(self.refused, of=self.job, at=self.at)
        self.outcome.rejected += self.refused
        return self.outcome

    def _present(self, place: int, row: Row) -> Row | None:
        """The row as it may come in. Where the first row wins, a repeat is refused; where later rows update, the last
        row of an id says what the rows before it said and it does not."""
        if not self.is_first_kept:
            earlier = self.repeats.earlier.get(place)
            return merged(row, earlier, frozenset(("", *self.mapping.blanks))) if earlier else row
        if place in self.repeats.kinds:
            why = BadValue(self.repeats.kinds[place], "", self.repeats.why(place))
            self.refused.append(self.reader.refused(row, why))
            return None
        return row

    def _is_overruled(self, place: int, row: Row) -> bool:
        """Whether a later row of the file decides about the same thing, and can be read."""
        later = None if self.is_first_kept or row.problem else self.repeats.superseded.get(place)
        return later is not None and self.reader.can_read(later)

    def _take_others(self, rows: Sequence[Numbered]) -> None:
        """Companies or people."""
        take = take_in_accounts if self.mapping.target == "accounts" else take_in_people
        present = [row for place, row in rows if not self._is_overruled(place, row)]
        done = take(present, self.reader, by=self.by, at=self.at)
        self.refused += done.rejected
        self.outcome.add(replace(done, unchanged=done.unchanged + len(rows) - len(present), rejected=[]))

    def _take_events(self, rows: Sequence[Numbered]) -> None:
        """Stages that records entered, told one by one."""
        of = (self.workspace, [row for _, row in rows], self.reader)
        done = take_in_events(*of, by=self.by, at=self.at, of=self.job)
        self.refused += done.refused
        self.outcome.add(done.outcome)

    def _take_records(self, rows: Sequence[Numbered]) -> None:
        found: list[tuple[int, Row, FileRow]] = []
        for place, row in rows:
            try:
                found.append((place, row, self.reader.read(row)))
            except BadValue as bad:
                self.refused.append(self.reader.refused(row, bad))
        known = known_records([each for _, _, each in found], self.mapping)
        incoming = []
        for place, row, each in found:
            if each.line in known and self._is_overruled(place, row):
                self.outcome.unchanged += 1
                continue
            try:
                incoming.append(self._settled(each, known.get(each.line)))
            except BadValue as bad:
                self.refused.append(self.reader.refused(row, bad))
        self._into_records(incoming)

    def _settled(self, row: FileRow, known: Known | None) -> FileRow:
        """What depends on whether the record is there: a name for a new one; for a known one its past, to which the
        row adds. Raises BadValue for a date that the known past contradicts."""
        if known is None:
            return replace(row, core={**row.core, "name": row.given_name}) if row.given_name else row
        if row.told is None:
            return row
        context = self.reader.context
        if impossible := row.told.impossible(context.at, context.zone, known):
            raise self.reader.why_impossible(row.told, impossible[0])
        keeps_dates = self.mapping.known_dates == "keep"
        return replace(row, history=row.told.added_to(known, context.as_of, keeps_dates=keeps_dates))

    def _into_records(self, rows: Sequence[FileRow]) -> None:
        """Take the rows in. Rows the database will not have are found by halving and refused."""
        if not rows:
            return
        try:
            with transaction.atomic():
                self.outcome.add(take_in(self.workspace, rows, by=self.by, at=self.at, of=self.job))
        except DatabaseError as broken:
            is_away = connection.connection is None or connection.connection.closed
            too_slow = getattr(broken.__cause__, "pgcode", None) == STATEMENT_TIMEOUT and len(rows) > 1
            if is_away or (isinstance(broken, OperationalError | InterfaceError) and not too_slow):
                raise
            if len(rows) > 1:
                half = len(rows) // 2
                self._into_records(rows[:half])
                self._into_records(rows[half:])
                return
            log.warning("line %s of import %s: %s", rows[0].line, self.job.number, broken)
            detail = "The database would not have this row."
            self.refused.append(Refused(rows[0].line, "not_stored", "", detail, dict(rows[0].raw)))
