"""Rows of one file that mean the same record. Found before the first row comes in, the same way at every reading."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from blueprint.typed_values import loose
from imports.csv_reader import Row
from imports.mapping import Mapping
from imports.row_reader import digest_of

EXACT = "exact_duplicate"
REPEATED = "repeated_id"
WHY = {
    EXACT: "The same row stands on line {line} already.",
    REPEATED: "Line {line} has the same id with other values, and the first row was to win.",
}


@dataclass
class Repeats:
    """`kinds`: place of a row that repeats an earlier one → how. `first_lines`: the line it repeats.

    `superseded`: places of rows that a later row of the same id overrules → that row, the last of its id.
    `earlier`: place of the last row of an id → the rows before it, whose cells count where its own are blank.
    """

    kinds: dict[int, str] = field(default_factory=dict)
    first_lines: dict[int, int] = field(default_factory=dict)
    superseded: dict[int, Row] = field(default_factory=dict)
    earlier: dict[int, list[Row]] = field(default_factory=dict)

    def why(self, place: int) -> str:
        """The sentence of a rejection."""
        return WHY[self.kinds[place]].format(line=self.first_lines[place])


def find_repeats(read: Callable[[], Iterator[Row]], headers: Sequence[str], mapping: Mapping) -> Repeats:
    """Read the rows and list what repeats. Memory follows the number of rows, and of cells only for repeats."""
    if mapping.target == "events":  # each row tells of a moment of its own
        return Repeats()
    keys = {"accounts": ("name",), "people": ("external_id", "email", "name")}.get(
        mapping.target, ("external_id", "email") if mapping.kind == "lead" else ("external_id",)
    )
    known_by = [
        (headers.index(header), key, mapping.blanks_of(header)) for key in keys if (header := mapping.column_for(key))
    ]
    identify = partial(_identity, places=known_by)
    seen: set[str] = set()
    repeated: set[str] = set()
    for row in read():
        key = None if row.problem else identify(row)
        if key is not None:
            (repeated if key in seen else seen).add(key)
    return _listed(read(), identify, repeated) if repeated else Repeats()


def _listed(every: Iterator[Row], identify: "partial[str | None]", repeated: set[str]) -> Repeats:
    groups: dict[str, list[tuple[int, Row]]] = {}
    for place, row in enumerate(every):
        if not row.problem and (key := identify(row)) in repeated:
            groups.setdefault(str(key), []).append((place, row))
    repeats = Repeats()
    for rows in groups.values():
        first = rows[0][1].line
        texts = {rows[0][1].cells}
        for place, row in rows[1:]:
            repeats.kinds[place] = EXACT if row.cells in texts else REPEATED
            repeats.first_lines[place] = first
            texts.add(row.cells)
        repeats.superseded |= {place: rows[-1][1] for place, _ in rows[:-1]}
        repeats.earlier[rows[-1][0]] = [row for _, row in rows[:-1]]
    return repeats


def _identity(row: Row, *, places: list[tuple[int, str, frozenset[str]]]) -> str | None:
    """What the row is known by: its id, else its address, else all it says."""
    for place, key, blanks in places:
        text = row.cells[place].strip()
        if text not in blanks:
            return f"{key}:{loose(text) if key == 'name' else text.lower() if key == 'email' else text}"
    return digest_of(row)


def merged(row: Row, earlier: Sequence[Row], blanks: Sequence[frozenset[str]]) -> Row:
    """The last row of an id, its blanks filled from the rows before it. `blanks`: what means blank, by column."""
    cells = list(row.cells)
    for before in reversed(earlier):
        for place, cell in enumerate(before.cells):
            if cells[place].strip() in blanks[place]:
                cells[place] = cell
    return Row(row.line, tuple(cells))
