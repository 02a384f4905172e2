"""One chunk of a file's rows on its way in, inside its transaction."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from blueprint.typed_values import BadValue
from core.people.models import Workspace
from imports.file_companies import take_in_accounts
from imports.file_events import take_in_events
from imports.file_teams import take_in_people
from imports.header_words import attribute_key
from imports.known_records import known_records, of_several_ids
from imports.origins import origins_of, other_origins
from imports.row_reader import FileRow, RowReader
from imports.staging import StagedRow
from imports.told_stages import Known
from lifecycle.actions.intake import keep_rejections, take_in
from lifecycle.intake.batch_rows import Outcome, Refused
from lifecycle.models import Import

log = logging.getLogger(__name__)
STATEMENT_TIMEOUT = "57014"


@dataclass
class Chunk:
    """Takes rows in for one import; `outcome` counts them, `refused` are those that intake never saw."""

    workspace: Workspace
    job: Import
    reader: RowReader
    at: datetime
    outcome: Outcome = field(default_factory=Outcome)
    refused: list[Refused] = field(default_factory=list)

    def take(self, rows: Sequence[StagedRow]) -> Outcome:
        """What became of every row; what is refused is kept."""
        mapping = self.reader.context.mapping
        for each in rows:
            if each.repeat:
                self.refused.append(self.reader.refused(each.row, BadValue(each.repeat[0], "", each.repeat[1])))
        present = [each for each in rows if not each.repeat]
        if mapping.kind:
            self._take_records(present)
        elif mapping.target == "events":
            self._take_events(present)
        else:
            self._take_others(present)
        if self.refused:
            keep_rejections(self.refused, of=self.job, at=self.at)
        self.outcome.rejected += self.refused
        return self.outcome

    def _is_overruled(self, staged: StagedRow) -> bool:
        """Whether a later row of the file decides about the same thing, and can be read."""
        return staged.later is not None and not staged.row.problem and self.reader.can_read(staged.later)

    def _take_others(self, rows: Sequence[StagedRow]) -> None:
        """Companies or people."""
        present = [each.row for each in rows if not self._is_overruled(each)]
        if self.reader.context.mapping.target == "accounts":
            done = take_in_accounts(present, self.reader, by=self.job.created_by, at=self.at, of=self.job)
        else:
            done = take_in_people(present, self.reader, by=self.job.created_by, at=self.at, of=self.job)
        self.refused += done.rejected
        self.outcome.add(replace(done, unchanged=done.unchanged + len(rows) - len(present), rejected=[]))

    def _take_events(self, rows: Sequence[StagedRow]) -> None:
        """Stages that records entered, told one by one."""
        of = (self.workspace, [each.row for each in rows], self.reader)
        done = take_in_events(*of, by=self.job.created_by, at=self.at, of=self.job)
        self.refused += done.refused
        self.outcome.add(done.outcome)

    def _take_records(self, rows: Sequence[StagedRow]) -> None:
        """Rows of one id follow each other: each is added to what the one before it left. Of rows that are alike in
        every cell, with no other between them, the last one goes in, which saves a statement for each; where stages
        tell what happened, dates that are set aside are counted by row."""
        is_asked = not self.reader.context.mapping.history and any(each.later for each in rows)
        last_alike = _last_alike(rows) if is_asked else {}
        self._take_in_turn([each for each in rows if each.row.line not in last_alike])
        refused = {each.line: each for each in (*self.refused, *self.outcome.rejected)}
        for line, last in last_alike.items():
            if last in refused:
                self.refused.append(replace(refused[last], line=line))
            else:
                self.outcome.unchanged += 1

    def _take_in_turn(self, rows: Sequence[StagedRow]) -> None:
        waiting: list[tuple[StagedRow, FileRow]] = []
        for staged in rows:
            try:
                waiting.append((staged, self.reader.read(staged.row)))
            except BadValue as bad:
                self.refused.append(self.reader.refused(staged.row, bad))
        while waiting:
            first_of = {row.known_by: row.line for _, row in reversed(waiting)}
            now = [each for each in waiting if first_of[each[1].known_by] == each[1].line]
            waiting = [each for each in waiting if first_of[each[1].known_by] != each[1].line]
            self._take_each_once(now)

    def _take_each_once(self, rows: Sequence[tuple[StagedRow, FileRow]]) -> None:
        """Rows of different ids. What a later row of its id overrules tells a known record only its dated stages.
        Records are looked for here where something depends on whether they are known; intake finds them all."""
        asked = [row for staged, row in rows if staged.later or row.told or row.given_name]
        known = known_records(asked, self.reader.context.mapping) if asked else {}
        names = {row.origin for _, row in rows} - {""}
        origins = origins_of(names, self.reader.context.mapping) if names else {}
        incoming = []
        for staged, row in rows:
            is_overruled = row.line in known and self._is_overruled(staged)
            told = replace(row.told, present="") if row.told else None
            now = replace(row, core={}, properties={}, told=told, origin="") if is_overruled else row
            try:
                joined = self._with_origin(now, origins) if now.origin else now
                settled = self._settled(joined, known.get(row.line))
            except BadValue as bad:
                self.refused.append(self.reader.refused(staged.row, bad))
                continue
            if is_overruled and not settled.history:
                self.outcome.unchanged += 1
            else:
                incoming.append(settled)
        self._into_records(incoming)

    def _with_origin(self, row: FileRow, origins: Mapping[str, UUID]) -> FileRow:
        """The row with the record it came from; where nobody knows that one, how the file names it is kept. Raises
        BadValue where such rows are rejected."""
        if origin_id := origins.get(row.origin):
            return replace(row, origin_id=origin_id)
        context = self.reader.context
        header = context.mapping.column_for("origin") or ""
        if context.mapping.unknown_origin == "reject":
            raise BadValue("unknown_origin", header, f"No record here is known as {row.origin[:80]!r}.")
        self.reader.counts["unknown_origins"] += 1
        kept = {attribute_key(header, context.lifecycle): row.origin}
        return replace(row, properties={**row.properties, **kept})

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
        keeps_dates = context.mapping.known_dates == "keep"
        return replace(row, history=row.told.added_to(known, context.as_of, keeps_dates=keeps_dates))

    def _into_records(self, rows: Sequence[FileRow]) -> None:
        """Take the rows in. Rows the database will not have are found by halving and refused."""
        if not rows:
            return
        try:
            with transaction.atomic():
                done = take_in(self.workspace, rows, by=self.job.created_by, at=self.at, of=self.job)
            self.outcome.add(done)
            if any(row.origin_id for row in rows):
                self.reader.counts["other_origins"] += other_origins(rows, done.ids)
            if known := [row for row in rows if done.states.get(row.line) != "created"]:
                self.reader.counts["shared_leads"] += of_several_ids(known, done.ids, self.reader.context.mapping)
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


def _last_alike(rows: Sequence[StagedRow]) -> dict[int, int]:
    """Lines of these rows → the last line of their id, where both and all of the id between them are alike."""
    lines, found, broken = {each.row.line for each in rows}, dict[int, int](), set[int]()
    for each in reversed(rows):
        if each.later is None or each.later.line not in lines:
            continue
        if each.later.cells != each.row.cells:
            broken.add(each.later.line)
        elif each.later.line not in broken:
            found[each.row.line] = each.later.line
    return found
