"""What is said of the table as a whole before an import starts: that it lies on its side, or that two stand in one."""

import re
from collections.abc import Iterator
from collections.abc import Mapping as Keyed
from typing import Any

from imports.header_words import heard, known_headers

ON_ITS_SIDE = (
    "The first column holds names of columns (“{words}”): the table seems to lie on its side. Turn it in a spreadsheet "
    "program first (paste it transposed)."
)
BESIDE = (
    "Behind an empty column the names of columns repeat (“{word}”): a second table seems to stand beside the first. "
    "Its cells would be kept with the rows of the first; bring each in as a file of its own."
)
REPEATED = re.compile(r"(.+) \(\d+\)")
LEAST = 2
Found = Keyed[str, Any]


def of_table(findings: Found) -> Iterator[str]:
    """In sentences. `findings`: what the file holds."""
    columns = findings["columns"]
    first = [value for value, _ in columns[0]["values"]]
    known = [value for value in first if heard(value) in known_headers()]
    if len(known) >= LEAST and 2 * len(known) > len(first) and columns[0]["distinct"] == findings["rows"]:
        yield ON_ITS_SIDE.format(words=", ".join(known[:3]))
    empty = next((at for at, column in enumerate(columns) if at and not column["filled"]), len(columns))
    before = {column["header"] for column in columns[:empty]}
    again = (REPEATED.fullmatch(column["header"]) for column in columns[empty:])
    for found in again:
        if found and found[1] in before:
            yield BESIDE.format(word=found[1])
            return
