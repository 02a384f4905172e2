"""What a file holds, column by column: how full, how many values, of which type, which values look alike.

Kept as JSON with the import, so that its pages need not read the file again.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import time
from functools import partial
from itertools import islice, pairwise
from typing import Any, TypedDict

from blueprint.expressions.fields import DataType
from blueprint.typed_values import loose, yes_or_no
from imports.cell_readers import is_address
from imports.csv_reader import Row, Sheet
from imports.currencies import WITH_UNIT
from imports.formats import (
    COUNTED_FORMATS,
    DATED,
    NUMBERED,
    formats_of,
    holds_several,
    read_moment,
    read_number,
)
from imports.row_doubts import said_of, swallows

MANY_VALUES = 20_000  # distinct values counted per column; beyond it the column says "many"
KEPT_VALUES = 200
KEPT_TEXT = 200  # characters of a value shown on the page
HEAD_ROWS = 100
HEAD_CELLS = 4_000  # of a wide file fewer rows are kept, never less than LEAST_HEAD
LEAST_HEAD = 20
KEPT_PROBLEMS = 20
MOST_PLACEHOLDERS = 20
SAMPLES = 5
TRIED_FIRST = 200  # values a format must mostly fit before it is tried on more
TRIED = 5_000
CHUNK = 2_000
# Words that forms leave where nobody chose anything. `None` is not among them: it can be a choice.
PLACEHOLDER = re.compile(
    r"-*\s*(please )?(select|choose)( one)?\.*\s*-*|#?n/a|n\.a\.|<?null>?|nan|-{1,3}|\\N"
    r"|\((blank|empty|leer|no value|not set|null)\)|0000-00-00( 00:00(:00)?)?|00(?P<cut>[./])00(?P=cut)(00)?00"
    r"|#[¡¿]?(ref|value|name|num|null|spill|calc|div/0|bezug|wert|zahl|valeur|nom|nombre|nul|valor|nulo|verw|waarde|naam"
    r"|getal|leeg|deel/0)[!?]|#n/[db]|#nv|#{4,}",  # what spreadsheets write for errors, in five languages
    re.I,
)
LIKE_CODES = ("YYYYMMDD", "DD-MM-YY", "MM-DD-YY", "YY-MM-DD")  # written so, days are read only where they are expected
INTEGER = re.compile(r"-?(0|[1-9]\d{0,17})")
OF_CODES = re.compile(r"[0+]\d|\d+[eE]\d+$")  # `00123` is a postcode or a phone number, `1E5` the code of a product
# Words that in capitals are as often codes, as of Norway and Ontario, with those that make them yes or no.
PARTNERS = {
    "no": {"yes", "si", "sí", "sì"}, "si": {"no"}, "on": {"off"}, "off": {"on"}, "t": {"f"}, "f": {"t"}, "y": {"n"},
    "n": {"y", "j"}, "j": {"n"},
}  # fmt: skip
LOOK_ALIKE_VALUES = 2_000
MIDNIGHT = time(0)
SAME_ENCODING = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}  # but for their marks


class ColumnFindings(TypedDict):
    """One column. `dates` and `numbers`: formats with the share of values they can read, best first. `placeholders`:
    words in it that seem to mean blank; `holds_several`: its cells seem to hold several values. `no_addresses`:
    values that are none, in a column of addresses."""

    header: str
    filled: int
    distinct: int
    is_many: bool
    longest: int
    samples: list[str]
    values: list[tuple[str, int]]
    look_alikes: list[list[tuple[str, int]]]
    type: str
    dates: list[tuple[str, float]]
    numbers: list[tuple[str, float]]
    placeholders: list[str]
    holds_several: bool
    no_addresses: list[tuple[str, int]]


class Findings(TypedDict):
    """The file as a whole; `head` are its first rows as `[line, cells]`, `notes` what to know of its layout."""

    rows: int
    encoding: str
    delimiter: str
    columns: list[ColumnFindings]
    head: list[tuple[int, list[str]]]
    problems: list[tuple[int, str, str]]
    problem_rows: int
    notes: list[str]


def profile(sheet: Sheet, tell: Callable[[float], None] = lambda ratio: None) -> Findings:
    """Read the file once and say what it holds; `tell` hears after each chunk how far it has come, 0 to 1."""
    counts = [_Counts() for _ in sheet.headers]
    head: list[tuple[int, list[str]]] = []
    problems: list[tuple[int, str, str]] = []
    total = bad = 0
    head_rows = max(LEAST_HEAD, min(HEAD_ROWS, HEAD_CELLS // max(len(counts), 1)))
    rows, surplus, swallowing, before = sheet.rows(), list[int](), 0, list[Row]()
    while chunk := list(islice(rows, CHUNK)):
        total += len(chunk)
        tell(chunk[-1].line / (len(sheet.lines) + 1))
        surplus += [row.line for row in chunk if row.surplus]
        tall = [row for row, after in pairwise([*before, *chunk]) if after.line - row.line > 1]
        before = chunk[-1:]
        swallowing = swallowing or next((row.line for row in tall if swallows(row, sheet.delimiter)), 0)
        good = [row.cells for row in chunk if row.problem is None]
        bad += len(chunk) - len(good)
        problems += [(row.line, *row.problem) for row in chunk if row.problem][: KEPT_PROBLEMS - len(problems)]
        head += [(row.line, [cell[:KEPT_TEXT] for cell in row.cells]) for row in chunk if row.problem is None][
            : head_rows - len(head)
        ]
        for column, cells in zip(counts, zip(*good, strict=True), strict=False):
            column.add(cells)
    if before and not swallowing and before[0].line < len(sheet.lines) and swallows(before[0], sheet.delimiter):
        swallowing = before[0].line
    columns = [column.findings(header, tell) for header, column in zip(sheet.headers, counts, strict=True)]
    return {
        "rows": total,
        "encoding": SAME_ENCODING.get(sheet.encoding, sheet.encoding),
        "delimiter": sheet.delimiter,
        "columns": columns,
        "head": head,
        "problems": problems,
        "problem_rows": bad,
        "notes": [
            *sheet.notes,
            *(said_of(surplus, swallowing, sheet.delimiter, total) if surplus or swallowing else ()),
        ],
    }


@dataclass
class _Counts:
    """How often each value of a column occurs, until there are too many."""

    values: Counter[str] = field(default_factory=Counter)
    filled: int = 0
    longest: int = 0
    is_many: bool = False

    def add(self, cells: Sequence[str]) -> None:
        """Count some more cells."""
        self.longest = max(self.longest, max(map(len, cells), default=0))
        if self.is_many:
            self.filled += sum(1 for cell in cells if cell and not cell.isspace())
            return
        self.values.update(cells)
        if len(self.values) > MANY_VALUES:
            self.is_many = True
            self.filled = sum(count for value, count in self.values.items() if value.strip())

    def findings(self, header: str, tell: Callable[[float], None]) -> ColumnFindings:
        """What was counted, with the type all values share."""
        tell(1)
        values: Counter[str] = Counter()
        for value, count in self.values.items():
            if stripped := value.strip():
                values[stripped] += count
        filled = self.filled if self.is_many else values.total()
        placeholders = {value for value in values if PLACEHOLDER.fullmatch(value)}
        telling = [value for value in islice(values, TRIED) if value not in placeholders]
        dates, numbers = (fitting_formats(telling, each) for each in (DataType.DATE.value, DataType.NUMBER.value))
        return {
            "header": header,
            "filled": filled,
            "distinct": len(values),
            "is_many": self.is_many,
            "longest": self.longest,
            "samples": [value[:KEPT_TEXT] for value in islice(values, SAMPLES)],
            "values": [(value, count) for value, count in values.most_common(KEPT_VALUES) if len(value) <= KEPT_TEXT],
            "look_alikes": _look_alikes(values),
            "type": (data_type := _type_of(telling, dates, numbers)),
            "holds_several": data_type == DataType.TEXT and holds_several(telling),
            "dates": dates,
            "numbers": numbers,
            "placeholders": sorted(placeholders)[:MOST_PLACEHOLDERS],
            "no_addresses": _no_addresses(values, placeholders, telling),
        }


def _no_addresses(values: Counter[str], blank: set[str], telling: list[str]) -> list[tuple[str, int]]:
    """Values of a column that mostly holds addresses and that are none: its other values are too many to be kept."""
    first = telling[:TRIED_FIRST]
    if not first or 2 * sum("@" in value for value in first) < len(first):
        return []
    odd = ((value, count) for value, count in values.items() if value not in blank and not is_address(value))
    return [(value[:KEPT_TEXT], count) for value, count in islice(odd, KEPT_VALUES)]


def _type_of(values: list[str], dates: list[tuple[str, float]], numbers: list[tuple[str, float]]) -> str:
    """The narrowest type every value fits; text when in doubt, so that nothing is lost."""
    if not values:
        return DataType.TEXT.value
    if all(yes_or_no(value) is not None for value in values) and not all(value.isdigit() for value in values):
        words = {value.lower() for value in values}
        codes = {value.lower() for value in values if value.isupper()}
        is_clear = all(not words.isdisjoint(PARTNERS.get(word, (word,))) for word in codes)
        return DataType.BOOLEAN.value if is_clear else DataType.TEXT.value
    if all(INTEGER.fullmatch(value) for value in values):
        return DataType.INTEGER.value
    if numbers and numbers[0][1] == 1 and not any(OF_CODES.match(each) or WITH_UNIT.fullmatch(each) for each in values):
        return DataType.NUMBER.value
    if dates and dates[0][1] == 1 and dates[0][0] not in (*COUNTED_FORMATS, *LIKE_CODES):
        moments = (read_moment(value, dates[0][0]) for value in values)
        has_clock = any(moment.clock not in (None, MIDNIGHT) for moment in moments if moment)
        return DataType.DATETIME.value if has_clock else DataType.DATE.value
    return DataType.TEXT.value


def fitting_formats(values: list[str], data_type: str) -> list[tuple[str, float]]:
    """Formats of the type that fit at least half of the values, with the share they fit; best first, at most three."""
    read: Callable[[str, str], Any] = read_moment if data_type in DATED else partial(read_number, in_units=True)
    if data_type in NUMBERED and values and all(map(str.isdecimal, values)):  # digits alone are read by each alike
        return [(each, 1.0) for each in formats_of(data_type)[:3]]
    first, likely = values[:TRIED_FIRST], list[tuple[str, float]]()
    digits = [value for value in first if any(map(str.isdigit, value))]  # neither is written without
    for each in formats_of(data_type) if values and 2 * len(digits) >= len(first) else ():
        if _fits_mostly(first, each, read):
            share = sum(read(value, each) is not None for value in values) / len(values)
            likely.append((each, round(share, 4)))
    return sorted(likely, key=lambda pair: -pair[1])[:3]


def _fits_mostly(values: list[str], value_format: str, read: Callable[[str, str], Any]) -> bool:
    """Whether at least half of the values can be read so; no more are read than it takes to say no."""
    misfits = 0
    for value in values:
        if read(value, value_format) is None:
            misfits += 1
            if 2 * misfits > len(values):
                return False
    return True


def _look_alikes(values: Counter[str]) -> list[list[tuple[str, int]]]:
    """Values that differ only in case, blanks or punctuation, with how often each occurs."""
    if len(values) > LOOK_ALIKE_VALUES:
        return []
    groups: dict[str, list[tuple[str, int]]] = {}
    for value, count in values.most_common():
        if (key := loose(value)) and not key.isdigit():
            groups.setdefault(key, []).append((value[:KEPT_TEXT], count))
    return [group for group in groups.values() if len(group) > 1][:SAMPLES]
