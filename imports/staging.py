"""A file on its way in, read once: its rows, with what repeats in them settled, in blocks of one chunk each.

Blocks lie in an unlogged table, behind the wall of their workspace. A worker takes the block that begins at `done_rows`
and deletes it in the transaction that takes its rows in; where there is none, after a crash for instance, the file is
read again from that row on. See docs/decisions/0124.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from uuid import UUID

from blueprint.documents import blueprint_of
from core.people.models import Workspace
from core.tenancy.scope import workspace_scope
from imports import mapping as mappings
from imports.csv_reader import Row, Sheet, read_sheet
from imports.duplicates import EXACT, REPEATED, Repeats, find_repeats, merged
from imports.event_log import in_order
from imports.mapping import Mapping
from imports.replaced_dates import is_asked
from lifecycle.models import Import, ImportFile, StagedRows

CHUNK = 1_000
PACE = 10_000  # rows read between two pauses
Pause = Callable[[], None]


@dataclass(slots=True)
class StagedRow:
    """A row as it is to come in. `repeat`: code and sentence of its rejection, where the first row of an id wins;
    `later`: the last row of its id, which overrules it if it can be read."""

    row: Row
    repeat: tuple[str, str] | None = None
    later: Row | None = None


@dataclass(frozen=True)
class Block:
    """The rows of a chunk; the last one of a file may be empty."""

    rows: list[StagedRow]
    is_last: bool


def take_block(job: Import) -> Block | None:
    """The rows that come next, which leave the table with the transaction; None where the file must be read."""
    block = StagedRows.objects.filter(of=job, first=job.done_rows).first()
    if block is None:
        return None
    block.delete()
    rows = [
        StagedRow(Row(line, tuple(cells), problem and tuple(problem)), repeat, later and Row(later[0], tuple(later[1])))
        for line, cells, problem, repeat, later in json.loads(bytes(block.content))
    ]
    return Block(rows, block.is_last)


def stage(workspace: Workspace, import_id: UUID, at: datetime, pause: Pause) -> None:
    """Read the file and lay down the rows that are still to come; nothing is locked meanwhile, and `pause` is called
    between stretches of work. Ends early where somebody cancels, or has to be asked first."""
    with workspace_scope(workspace):
        job = Import.objects.get(pk=import_id)
        content = ImportFile.objects.values_list("content", flat=True).get(of=job)
        mapping = mappings.read(job.mapping, job.findings, blueprint_of(workspace))
        StagedRows.objects.filter(of=job).delete()
    sheet = read_sheet(bytes(content))
    may_ask = mapping.history and mapping.known_dates == "ask"
    if may_ask and is_asked(workspace, import_id, sheet.headers, _paced(sheet, pause), mapping, at):
        return
    repeats = find_repeats(partial(_paced, sheet, pause), sheet.headers, mapping)
    kinds = list(repeats.kinds.values())
    with workspace_scope(workspace):
        job = Import.objects.select_for_update().get(pk=import_id)
        job.findings["repeats"] = {kind: kinds.count(kind) for kind in (EXACT, REPEATED)}
        job.save(update_fields=["findings"])
    in_their_order = in_order(sheet, mapping) if mapping.target == "events" else sheet.rows()
    rows = islice(_settled(in_their_order, repeats, sheet.headers, mapping), job.done_rows, None)
    first, block = job.done_rows, list(islice(rows, CHUNK))
    while True:
        after = list(islice(rows, CHUNK))
        if not _keep(workspace, import_id, first, block, is_last=not after) or not after:
            return
        first, block = first + len(block), after
        if first % PACE < CHUNK:
            pause()


def _paced(sheet: Sheet, pause: Pause) -> Iterator[Row]:
    for place, row in enumerate(sheet.rows(), 1):
        yield row
        if place % PACE == 0:
            pause()


def _settled(rows: Iterator[Row], repeats: Repeats, headers: Sequence[str], mapping: Mapping) -> Iterator[StagedRow]:
    """Each row as it may come in. Where the first row wins, a repeat is to be refused; where later rows update, the
    last row of an id says what the rows before it said and it does not."""
    blanks, is_first_kept = [mapping.blanks_of(header) for header in headers], mapping.on_repeat == "first"
    for place, row in enumerate(rows):
        if is_first_kept:
            kind = repeats.kinds.get(place)
            yield StagedRow(row, repeat=(kind, repeats.why(place)) if kind else None)
        else:
            earlier = repeats.earlier.get(place)
            yield StagedRow(merged(row, earlier, blanks) if earlier else row, later=repeats.superseded.get(place))


def _keep(workspace: Workspace, import_id: UUID, first: int, rows: Sequence[StagedRow], *, is_last: bool) -> bool:
    """Lay a block down; False where the import is no longer wanted."""
    kept = [
        (
            each.row.line,
            each.row.cells,
            each.row.problem,
            each.repeat,
            each.later and (each.later.line, each.later.cells),
        )
        for each in rows
    ]
    content = json.dumps(kept, separators=(",", ":")).encode()
    with workspace_scope(workspace):
        if not Import.objects.filter(pk=import_id, state=Import.State.RUNNING, cancel_asked_at=None).exists():
            return False
        StagedRows.objects.create(of_id=import_id, first=first, content=content, is_last=is_last)
    return True
