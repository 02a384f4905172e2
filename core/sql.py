"""Statements for the rooms: each is a `.sql` file in its room's `sql/` folder, read and checked once per process.

A file begins with a comment: one sentence on what it does, then its parameters with their types, its places and its
result columns, each on a line of its own. The order of the parameters is that of a prepared statement.

    -- Offer records across a seam.
    -- parameters:
    --   records uuid[]: which records to offer
    -- places:
    --   condition: whether a rule is met, compiled per blueprint version
    -- columns:
    --   id: the new handoff

A parameter is written `%(records)s`. A place is a spot where other SQL is put: a fragment compiled for a blueprint
version. It is written `/*{name}*/`, or around a stand-in that keeps the file valid SQL by itself:
`/*{condition*/ true /*}*/`. The stand-in serves the formatter and the reader; it never runs.

What several statements share is a file in the `sql/parts/` of their room, or of `core`. A statement lists it under
`parts:` and takes it in with `/*{name}*/`; the part's parameters become the statement's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib import import_module
from itertools import takewhile, zip_longest
from pathlib import Path
from typing import Any, Protocol

from django.db import connection

from core.tenancy.scope import here

PARAMETER = re.compile(r"%\((\w+)\)s")
PLACE = re.compile(r"/\*\{(\w+)(?:\}\*/|\*/(.*?)/\*\}\*/)", re.DOTALL)
SECTION = re.compile(r"-- (parameters|places|parts|columns):$")
ENTRY = re.compile(r"--   (\w+)(?: ([\w\[\]]+))?: .+")
COMMENT = re.compile(r"^[ \t]*--.*\n|[ \t]+-- noqa.*$", re.MULTILINE)


class BadSqlFile(ValueError):
    """A `.sql` file, or what is put into its places, is not what its header says."""


class HasParams(Protocol):
    """SQL with positional parameters, as the compiler of expressions makes it."""

    @property
    def sql(self) -> str: ...
    @property
    def params(self) -> Sequence[Any]: ...


@dataclass(frozen=True)
class Fragment:
    """SQL for a place, with the values of the parameters it names."""

    sql: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, prefix: str, predicate: HasParams) -> Fragment:
        """SQL with a `%s` for each value as a fragment; its parameters are named after `prefix`."""
        values = {f"{prefix}_{place}": value for place, value in enumerate(predicate.params)}
        first, *rest = predicate.sql.split("%s")
        named = (f"%({name})s{piece}" for name, piece in zip(values, rest, strict=True))
        return cls("".join((first, *named)), values)

    @classmethod
    def joined(cls, separator: str, fragments: Sequence[Fragment]) -> Fragment:
        """One after the other; their parameters must differ in name."""
        values = {name: value for each in fragments for name, value in each.values.items()}
        return cls(separator.join(each.sql for each in fragments), values)

    def rows(self) -> list[tuple[Any, ...]]:
        """Run it as a statement of its own and fetch what it returns."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.values)
            return list(cursor.fetchall())


@dataclass(frozen=True)
class Piece:
    """A stretch of a statement: text of a file, a place that is still open, or what was put there by a caller."""

    sql: str
    place: str = ""
    is_put: bool = False  # by a caller: whatever looks like a parameter or a place in it is none


@dataclass(frozen=True)
class SqlFile:
    """A statement, or a part of one, from a file; its places may be filled already."""

    name: str
    sentence: str  # what it does or asks: the first paragraph of its comment
    pieces: tuple[Piece, ...]
    parameters: Mapping[str, str]  # name and type, in the order of a prepared statement
    columns: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)  # that came with what was put into the places

    @property
    def places(self) -> set[str]:
        """Those still to be filled."""
        return {piece.place for piece in self.pieces} - {""}

    @property
    def whole(self) -> tuple[Piece, ...]:
        """All of it. Raises BadSqlFile while a place is open."""
        if self.places:
            raise BadSqlFile(f"{self.name}: nothing was put at {', '.join(sorted(self.places))}")
        return self.pieces

    @cached_property
    def text(self) -> str:
        """The statement, ready to run. Raises BadSqlFile while a place is open."""
        return f"/* {self.name} */\n" + "".join(piece.sql for piece in self.whole)

    @property
    def draft(self) -> str:
        """The statement with its stand-ins, for a plan or a formatter."""
        return "".join(piece.sql for piece in self.pieces)

    @property
    def numbers(self) -> dict[str, str]:
        """The parameters as a prepared statement calls them, $1, $2 …; what is put at a place may use them."""
        return {name: f"${number}" for number, name in enumerate(self.parameters, 1)}

    def fill(self, **places: str | Fragment | SqlFile) -> SqlFile:
        """Put SQL at each place. Raises BadSqlFile for a name the file does not know, or one that is missing."""
        if wrong := ", ".join(sorted(places.keys() ^ self.places)):
            raise BadSqlFile(f"{self.name}: places missing or unknown: {wrong}")
        return self._filled(places)

    def _filled(self, places: Mapping[str, str | Fragment | SqlFile]) -> SqlFile:
        pieces: list[Piece] = []
        parameters, values = dict(self.parameters), dict(self.values)
        for piece in self.pieces:
            match places.get(piece.place):
                case SqlFile() as part:
                    pieces += part.pieces
                    parameters |= part.parameters
                    values |= part.values
                case Fragment(sql=sql, values=more):
                    pieces.append(Piece(sql, is_put=True))
                    values |= more
                case str() as sql:
                    pieces.append(Piece(sql, is_put=True))
                case _:
                    pieces.append(piece)
        return replace(self, pieces=tuple(pieces), parameters=parameters, values=values)

    def prepared(self) -> tuple[str, str]:
        """Types and text for `prepare name (types) as text`: parameters become $1, $2 … in the header's order, so that
        one kept plan serves every value of them. What was put at a place brings its values written out."""
        numbers = self.numbers
        texts = (each.sql if each.is_put else PARAMETER.sub(lambda m: numbers[m[1]], each.sql) for each in self.whole)
        return ", ".join(self.parameters.values()), "".join(texts)

    def fragment(self, **values: Any) -> Fragment:
        """The statement as a part of another, with the values of those of its parameters that are given."""
        given = {name: value for name, value in values.items() if name in self.parameters}
        return Fragment("".join(piece.sql for piece in self.whole), {**self.values, **given})

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Run the statement and fetch what it returns. `workspace` is the one in scope unless it is given."""
        with connection.cursor() as cursor:
            cursor.execute(self.text, self._given(values))
            return list(cursor.fetchall())

    def run(self, **values: Any) -> int:
        """Run the statement; how many rows it changed. `workspace` is the one in scope unless it is given."""
        with connection.cursor() as cursor:
            cursor.execute(self.text, self._given(values))
            return int(cursor.rowcount)

    def _given(self, values: dict[str, Any]) -> dict[str, Any]:
        scope = {"workspace": here()} if "workspace" in self.parameters.keys() - values.keys() else {}
        return {**self.values, **scope, **values}


def in_one_trip(*statements: SqlFile) -> SqlFile:
    """Statements sent together: each sees what the ones before it wrote or waited for; rows come from the last."""
    parameters = {name: kind for each in statements for name, kind in each.parameters.items()}
    values = {name: value for each in statements for name, value in each.values.items()}
    pieces = [piece for each in statements for piece in (Piece(";\n"), *each.pieces)]
    return replace(statements[-1], pieces=tuple(pieces[1:]), parameters=parameters, values=values)


def load_all(room: str, folder: str) -> dict[str, SqlFile]:
    """Every statement of one folder of a room's `sql/`, by name."""
    files = sorted(_file(room, folder).with_suffix("").glob("*.sql"))
    return {file.stem: load(room, f"{folder}/{file.stem}") for file in files}


@cache
def load(room: str, name: str) -> SqlFile:
    """The statement `<room>/sql/<name>.sql` with its parts. Raises BadSqlFile where header and statement disagree."""
    text = _file(room, name).read_text()
    rooms = {part: room if _file(room, f"parts/{part}").exists() else "core" for part in _header(text)["parts"]}
    parts = {part: load(place, f"parts/{part}") for part, place in rooms.items()}
    return parse(f"{room}/sql/{name}.sql", text)._filled(parts)


def _file(room: str, name: str) -> Path:
    return Path(str(import_module(room).__file__)).parent / "sql" / f"{name}.sql"


def parse(name: str, text: str) -> SqlFile:
    """A file's text as a statement. Raises BadSqlFile where the header and the statement disagree."""
    sections = _header(text)
    lines = takewhile(lambda line: line.startswith("-- ") and not SECTION.match(line), text.splitlines())
    sentence = " ".join(line[3:] for line in lines).removesuffix(".")
    body = COMMENT.sub("", text).strip().removesuffix(";")
    read = SqlFile(name, sentence, tuple(_pieces(body)), sections["parameters"], tuple(sections["columns"]))
    used = {"parameters": set(PARAMETER.findall(body)), "places and parts": read.places}
    declared = {"parameters": sections["parameters"], "places and parts": sections["places"] | sections["parts"]}
    for what, names in used.items():
        if wrong := ", ".join(sorted(names ^ declared[what].keys())):
            raise BadSqlFile(f"{name}: {what} of the header and of the statement differ: {wrong}")
    if not all(read.parameters.values()):
        raise BadSqlFile(f"{name}: a parameter without a type")
    if "%" in PARAMETER.sub("", body):
        raise BadSqlFile(f"{name}: a % that is no parameter")
    if "/*{" in (rest := PLACE.sub("", body)) or "/*}" in rest:
        raise BadSqlFile(f"{name}: a place that is not closed, or within another")
    return read


def _pieces(body: str) -> Iterator[Piece]:
    texts, places, stand_ins = (PLACE.split(body)[start::3] for start in range(3))
    for text, place, stand_in in zip_longest(texts, places, stand_ins):
        yield Piece(text)
        if place:
            yield Piece(stand_in or "", place=place)


def _header(text: str) -> dict[str, dict[str, str]]:
    """The names under each heading of the first comment, with their types."""
    sections: dict[str, dict[str, str]] = {each: {} for each in ("parameters", "places", "parts", "columns")}
    current: dict[str, str] = {}
    for line in takewhile(lambda line: line.startswith("--"), text.splitlines()):
        if heading := SECTION.match(line):
            current = sections[heading[1]]
        elif entry := ENTRY.match(line):
            current[entry[1]] = entry[2] or ""
    return sections
