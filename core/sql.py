"""Statements for the rooms: each is a `.sql` file in its room's `sql/` folder, read and checked once per process.

A file begins with a comment: one sentence on what it does, then its parameters with their types, its places and its
result columns, each on a line of its own. The order of the parameters is that of a prepared statement.

    -- Offer records across a seam.
    --
    -- parameters:
    --   workspace uuid: the tenant
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
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from itertools import takewhile
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
        pieces = predicate.sql.split("%s")
        names = [f"{prefix}_{place}" for place in range(len(predicate.params))]
        named = (f"%({name})s{piece}" for name, piece in zip(names, pieces[1:], strict=True))
        return cls("".join((pieces[0], *named)), dict(zip(names, predicate.params, strict=True)))

    @classmethod
    def joined(cls, separator: str, fragments: Sequence[Fragment]) -> Fragment:
        """One after the other; their parameters must differ in name."""
        values = {name: value for each in fragments for name, value in each.values.items()}
        return cls(separator.join(each.sql for each in fragments), values)

    def rows(self) -> list[tuple[Any, ...]]:
        """Run it as a statement of its own and fetch what it returns."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.values)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


@dataclass(frozen=True)
class Piece:
    """A stretch of a statement: text of a file, a place that is still open, or what was put there by a caller."""

    sql: str
    place: str = ""
    is_put: bool = False
    """It came from a caller: whatever looks like a parameter or a place in it is none."""


@dataclass(frozen=True)
class SqlFile:
    """A statement, or a part of one, from a file; its places may be filled already."""

    name: str
    sentence: str
    """What it does or asks: the first paragraph of its comment."""
    pieces: tuple[Piece, ...]
    parameters: Mapping[str, str]
    """Name and type, in the order of a prepared statement."""
    columns: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    """Values that came with what was put into the places."""

    @property
    def places(self) -> set[str]:
        """The places that are still to be filled."""
        return {piece.place for piece in self.pieces if piece.place}

    @property
    def text(self) -> str:
        """The statement, ready to run. Raises BadSqlFile while a place is open."""
        self._refuse_open_places()
        return f"/* {self.name} */\n{self.draft}"

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
        if places.keys() != self.places:
            wrong = ", ".join(sorted(places.keys() ^ self.places))
            raise BadSqlFile(f"{self.name}: places missing or unknown: {wrong}")
        return self._filled(places)

    def _filled(self, places: Mapping[str, str | Fragment | SqlFile]) -> SqlFile:
        pieces: list[Piece] = []
        parameters, values = dict(self.parameters), dict(self.values)
        for piece in self.pieces:
            match places.get(piece.place) if piece.place else None:
                case SqlFile() as part:
                    pieces += part.pieces
                    parameters |= part.parameters
                    values |= part.values
                case Fragment() as fragment:
                    pieces.append(Piece(fragment.sql, is_put=True))
                    values |= fragment.values
                case str() as sql:
                    pieces.append(Piece(sql, is_put=True))
                case _:
                    pieces.append(piece)
        return replace(self, pieces=tuple(pieces), parameters=parameters, values=values)

    def prepared(self) -> tuple[str, str]:
        """Types and text for `prepare name (types) as text`: parameters become $1, $2 … in the header's order, so that
        one kept plan serves every value of them. What was put at a place brings its values written out."""
        self._refuse_open_places()
        numbers = self.numbers
        pieces = (
            piece.sql if piece.is_put else PARAMETER.sub(lambda match: numbers[match[1]], piece.sql)
            for piece in self.pieces
        )
        return ", ".join(self.parameters.values()), "".join(pieces)

    def _refuse_open_places(self) -> None:
        if self.places:
            raise BadSqlFile(f"{self.name}: nothing was put at {', '.join(sorted(self.places))}")

    def fragment(self, **values: Any) -> Fragment:
        """The statement as a part of another, with the values of those of its parameters that are given."""
        self._refuse_open_places()
        given = {name: value for name, value in values.items() if name in self.parameters}
        return Fragment(self.draft, {**self.values, **given})

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Run the statement and fetch what it returns. `workspace` is the one in scope unless it is given."""
        with connection.cursor() as cursor:
            cursor.execute(self.text, self._given(values))
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def run(self, **values: Any) -> int:
        """Run the statement; how many rows it changed. `workspace` is the one in scope unless it is given."""
        with connection.cursor() as cursor:
            cursor.execute(self.text, self._given(values))
            changed: int = cursor.rowcount
        return changed

    def _given(self, values: dict[str, Any]) -> dict[str, Any]:
        if "workspace" in self.parameters and "workspace" not in values:
            values = {"workspace": here(), **values}
        return {**self.values, **values}


def in_one_trip(*statements: SqlFile) -> SqlFile:
    """Statements sent together: each sees what the ones before it wrote or waited for; rows come from the last."""
    pieces: list[Piece] = []
    parameters, values = {}, {}
    for each in statements:
        pieces += [Piece(";\n"), *each.pieces] if pieces else each.pieces
        parameters |= each.parameters
        values |= each.values
    last = statements[-1]
    return replace(last, pieces=tuple(pieces), parameters=parameters, values=values)


def load_all(room: str, folder: str) -> dict[str, SqlFile]:
    """Every statement of one folder of a room's `sql/`, by name."""
    names = sorted(path.stem for path in (_file(room, folder).with_suffix("")).glob("*.sql"))
    return {name: load(room, f"{folder}/{name}") for name in names}


@cache
def load(room: str, name: str) -> SqlFile:
    """The statement `<room>/sql/<name>.sql` with its parts. Raises BadSqlFile where header and statement disagree."""
    text = _file(room, name).read_text()
    read = parse(f"{room}/sql/{name}.sql", text)
    return read._filled({part: _part(room, f"parts/{part}") for part in _header(text)["parts"]})


def _part(room: str, name: str) -> SqlFile:
    return load(room if _file(room, name).exists() else "core", name)


def _file(room: str, name: str) -> Path:
    return Path(str(import_module(room).__file__)).parent / "sql" / f"{name}.sql"


def parse(name: str, text: str) -> SqlFile:
    """A file's text as a statement. Raises BadSqlFile where the header and the statement disagree."""
    sections = _header(text)
    body = COMMENT.sub("", text).strip().removesuffix(";")
    read = SqlFile(name, _sentence(text), tuple(_pieces(body)), sections["parameters"], tuple(sections["columns"]))
    _same(name, "parameters", sections["parameters"], PARAMETER.findall(body))
    _same(name, "places and parts", {**sections["places"], **sections["parts"]}, read.places)
    if not all(read.parameters.values()):
        raise BadSqlFile(f"{name}: a parameter without a type")
    if "%" in PARAMETER.sub("", body):
        raise BadSqlFile(f"{name}: a % that is no parameter")
    if "/*{" in (rest := PLACE.sub("", body)) or "/*}" in rest:
        raise BadSqlFile(f"{name}: a place that is not closed, or within another")
    return read


def _pieces(body: str) -> Iterator[Piece]:
    end = 0
    for match in PLACE.finditer(body):
        yield Piece(body[end : match.start()])
        yield Piece(match[2] or "", place=match[1])
        end = match.end()
    yield Piece(body[end:])


def _sentence(text: str) -> str:
    lines = takewhile(lambda line: line.startswith("-- ") and not SECTION.match(line), text.splitlines())
    return " ".join(line[3:] for line in lines).removesuffix(".")


def _header(text: str) -> dict[str, dict[str, str]]:
    """The names under each heading of the first comment, with their types."""
    sections: dict[str, dict[str, str]] = {each: {} for each in ("parameters", "places", "parts", "columns")}
    current: dict[str, str] = {}
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        if heading := SECTION.match(line):
            current = sections[heading[1]]
        elif entry := ENTRY.match(line):
            current[entry[1]] = entry[2] or ""
    return sections


def _same(name: str, what: str, declared: Collection[str], used: Collection[str]) -> None:
    if wrong := set(declared) ^ set(used):
        raise BadSqlFile(f"{name}: {what} of the header and of the statement differ: {', '.join(sorted(wrong))}")
