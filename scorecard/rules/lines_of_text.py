"""Rates or costs as text: one a line, as a spreadsheet or a file brings them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from core.errors import BadInput

MOST_LINES = 10_000


@dataclass(frozen=True)
class LineShape:
    """What stands on a line. `columns` must be there, `others` may; `synonyms` are other names of them; of `number` the
    decimals may follow a comma."""

    columns: tuple[str, ...]
    number: str
    others: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)


RATE_LINES = LineShape(
    ("currency", "day", "rate"),
    number="rate",
    synonyms={"date": "day", "from": "currency", "code": "currency", "value": "rate"},
)
COST_LINES = LineShape(
    ("source", "month", "amount"),
    number="amount",
    others=("currency",),
    synonyms={"lead source": "source", "channel": "source", "date": "month", "cost": "amount", "spend": "amount"},
)


def read_lines(text: str, shape: LineShape) -> list[dict[str, Any]]:
    """The lines as rows of words, by the names in the first line or in the order of the shape. Raises BadInput naming
    the line."""
    separator, cells = _cells(text)
    if not cells:
        raise BadInput("There is no line to read.", field="lines")
    if len(cells) > MOST_LINES:
        raise BadInput(f"At most {MOST_LINES:,} lines at once.", field="lines")
    names = _named(cells[0][1], shape)
    if names:
        cells = cells[1:]
    return [_row(number, words, names or (*shape.columns, *shape.others), shape, separator) for number, words in cells]


def _row(number: int, words: list[str], names: tuple[str, ...], shape: LineShape, separator: str) -> dict[str, Any]:
    found = dict(zip(names, words, strict=False))
    if missing := [name for name in shape.columns if not found.get(name)]:
        raise BadInput(f"Line {number}: {' and '.join(missing)} missing.", field="lines", facts={"line": number})
    if separator != ",":  # then a comma is that of the decimals
        found[shape.number] = found[shape.number].replace(",", ".")
    return {name: found.get(name, "") for name in (*shape.columns, *shape.others)} | {"line": number}


def _cells(text: str) -> tuple[str, list[tuple[int, list[str]]]]:
    """The separator, and the words of each line that has any."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = next((each for each in "\t;" if each in first), ",")
    rows: Iterator[list[str]] = csv.reader(StringIO(text.lstrip("\ufeff")), delimiter=separator)
    cells = [(number, [word.strip() for word in row]) for number, row in enumerate(rows, 1)]
    return separator, [(number, words) for number, words in cells if any(words)]


def _named(first: list[str], shape: LineShape) -> tuple[str, ...]:
    """The columns that a first line names; nothing where it is a row itself."""
    names = tuple(shape.synonyms.get(word.lower(), word.lower()) for word in first)
    return names if set(shape.columns) <= set(names) else ()
