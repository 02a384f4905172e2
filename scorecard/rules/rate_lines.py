"""Exchange rates as text: one a line with currency, day and rate, as a spreadsheet or a file brings them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

from core.errors import BadInput

COLUMNS = ("currency", "day", "rate")
HEADERS = {"date": "day", "from": "currency", "code": "currency", "value": "rate"}
MOST_LINES = 10_000


def read_lines(text: str) -> list[dict[str, Any]]:
    """The lines as rows of words, by the names in the first line or in the order currency, day, rate. Raises BadInput
    naming the line."""
    cells = [(number, row) for number, row in _cells(text) if any(row)]
    if not cells:
        raise BadInput("There is no line to read.", field="lines")
    if len(cells) > MOST_LINES:
        raise BadInput(f"At most {MOST_LINES:,} lines at once.", field="lines")
    names = _named(cells[0][1])
    if names:
        cells = cells[1:]
    rows = []
    for number, row in cells:
        found = dict(zip(names or COLUMNS, row, strict=False))
        if missing := [name for name in COLUMNS if not found.get(name)]:
            raise BadInput(f"Line {number}: {' and '.join(missing)} missing.", field="lines", facts={"line": number})
        rows.append({name: found[name] for name in COLUMNS} | {"line": number})
    return rows


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = next((each for each in "\t;" if each in first), ",")
    for number, row in enumerate(csv.reader(StringIO(text.lstrip("\ufeff")), delimiter=separator), 1):
        words = [word.strip() for word in row]
        if separator != ",":  # then a comma is that of the decimals
            words = [word.replace(",", ".") for word in words]
        yield number, words


def _named(first: list[str]) -> list[str]:
    """The columns that a first line names; nothing where it is a rate itself."""
    names = [HEADERS.get(word.lower(), word.lower()) for word in first]
    return names if set(COLUMNS) <= set(names) else []
