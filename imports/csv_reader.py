"""The bytes of an uploaded file as a header and rows, whatever program wrote them.

    sheet = read_sheet(content)
    for row in sheet.rows(): ...

Every line of the file that holds anything comes out as one row: readable cells, or a problem that says why not.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from imports.cell_guards import SAMPLE_LINES, Mend, mending
from imports.file_text import UnreadableFile, refuse_no_table, text_of, with_whole_letters
from imports.footers import BLANK_LINE, RULE, SUBTOTAL, SUBTOTALS, headers_again, without_footer, without_second_table
from imports.layout import (
    NO_HEADER,
    SNIFFED_LINES,
    after_titles,
    is_data,
    likely_delimiter,
    told_delimiter,
    unframed,
    unquoted,
)
from imports.rejections_file import HELPERS, RETURNED, unguarded

MAX_ROWS = 1_000_000
MAX_LINES = 3_000_000  # some cells hold several; each line costs memory, however short
MAX_LINE = 4_000_000  # letters
MAX_CELL = 1_000_000
MAX_COLUMNS = 600  # the widest Salesforce table we have met has 382
MAX_HEADER = 200
REREADINGS = 10  # a broken row may cost a reading to the end of the file; so many such costs are borne

csv.field_size_limit(MAX_CELL)  # the module's own limit of 128 kB stops at a long note


@dataclass(slots=True)  # a frozen one takes four times as long to make
class Row:
    """One row of the file. `line` is where it begins, counted as a text editor counts; `problem` is `(code, why)`;
    `surplus`: how many blank cells it has behind those of the header."""

    line: int
    cells: tuple[str, ...]
    problem: tuple[str, str] | None = None
    surplus: int = 0


@dataclass(frozen=True)
class Sheet:
    """A file that can be read: its header and, again and again, its rows. `notes`: what people should know of it.
    `repeated`: the header's cells, where it stands among the rows again. `is_returned`: it holds rejections of an
    earlier file, whose helper columns are left out; `mend`: what is done with each cell."""

    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    lines: list[str]
    header_line: int
    has_nul: bool = False
    notes: tuple[str, ...] = ()
    is_returned: bool = False
    repeated: tuple[str, ...] = ()
    mend: Mend | None = None

    def rows(self) -> Iterator[Row]:
        """Every row that holds anything, in the order of the file."""
        skipped, in_broken_row = len(HELPERS) if self.is_returned else 0, False
        width = skipped + len(self.headers)
        for line, cells, problem in _records(self.lines, self.delimiter, self.header_line, width):
            if problem is None and not any(map(str.strip, cells)):
                continue
            if self.repeated and (cells[0].lstrip("\ufeff"), *cells[1 : len(self.repeated)]) == self.repeated:
                continue
            if problem is None and in_broken_row and len(cells) < width:
                problem = ("broken_quotes", "This line is the rest of a row with broken quotes.")
            in_broken_row = problem is not None
            if problem is None and self.has_nul and any("\x00" in cell for cell in cells):
                problem = ("nul_character", "The row holds a NUL character.")
            is_whole = problem is None and len(cells) == width
            row = Row(line, tuple(cells)) if is_whole else _fitted(line, cells, problem, width)
            if self.mend and not row.problem:
                row.cells = tuple(map(self.mend, row.cells[skipped:]))
            yield row


def _fitted(line: int, cells: list[str], problem: tuple[str, str] | None, width: int) -> Row:
    """A row of exactly the header's width: short ones end in blanks, longer ones must hold nothing there."""
    if problem is None and any(cell.strip() for cell in cells[width:]):
        problem = ("too_many_cells", f"The row has {len(cells)} cells and the header {width}.")
    surplus = max(len(cells) - width, 0)
    if problem is None:
        cells = cells[:width] + [""] * (width - len(cells))
    return Row(line, tuple(cells), problem, surplus)


def read_sheet(content: bytes) -> Sheet:
    """Read the header and find out how the rest is written. Raises UnreadableFile."""
    text, encoding, notes = text_of(content)
    if not text.isascii():
        text, damaged = with_whole_letters(text)
        notes += damaged
    refuse_no_table(text)
    start, told = told_delimiter(lines := _lines(text))
    lines, taken_apart = unquoted(unframed(lines) if "|" in text else lines, start)
    header, titles = after_titles(lines, start, told)
    delimiter = told or likely_delimiter(lines[header : header + SNIFFED_LINES])
    written, begins, is_headless = _header(lines, delimiter, header)
    is_again = not is_headless and begins and text.count(lines[begins - 1].strip()) > 1
    again = headers_again(lines, begins, delimiter, written) if is_again else []
    cells, begins = _named_once(written), begins + bool(begins < len(lines) and RULE.fullmatch(lines[begins]))
    found = SUBTOTAL.search(text)
    sums = [SUBTOTALS.format(line=text.count("\n", 0, found.start()) + 1)] if found else []
    may_be_two = BLANK_LINE.search(text)
    lines, second = without_second_table(lines, begins, delimiter, written) if may_be_two else (lines, [])
    lines, footer = without_footer(lines, begins, delimiter, len(cells))
    said = (*notes, *taken_apart, *titles, *((NO_HEADER,) if is_headless else ()), *again, *second, *footer, *sums)
    if returned := cells[: len(HELPERS)] == HELPERS and len(cells) > len(HELPERS):
        cells, said = _named_once([unguarded(cell) for cell in cells[len(HELPERS) :]]), (*said, RETURNED)
    repeated = tuple(written) if again else ()
    mend, mended = mending(text, lines[begins : begins + SAMPLE_LINES], is_returned=returned)
    said = (*said, *mended)
    return Sheet(encoding, delimiter, cells, lines, begins, "\x00" in text, said, returned, repeated, mend)


def _lines(text: str) -> list[str]:
    """The lines, once it is known that they are neither too many nor too long. Raises UnreadableFile."""
    if text.count("\n") + text.count("\r") - text.count("\r\n") > MAX_LINES:
        raise UnreadableFile(f"The file has more than {MAX_LINES:,} lines.", "too_many_lines")
    lines = list(io.StringIO(text, newline=""))
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            raise UnreadableFile(f"Line {number:,} has more than {MAX_LINE:,} letters.", "line_too_long")
    return lines


def _header(lines: list[str], delimiter: str, start: int) -> tuple[list[str], int, bool]:
    """The cells of the header, the place where rows begin, and whether the file names no columns."""
    for at, cells, problem in _records(lines, delimiter, start, 0):
        if problem:
            raise UnreadableFile(f"Line {at}, the header, cannot be read: {problem[1]}", "bad_header")
        if any(cell.strip() for cell in cells):
            begins = at - 1 + sum(cell.count("\n") for cell in cells) + 1
            break
    else:
        raise UnreadableFile("The file holds no text.", "empty_file")
    if is_headless := is_data(cells):
        cells, begins = [""] * len(cells), at - 1
    while cells and not cells[-1].strip() and _is_empty_column(lines, delimiter, begins, len(cells) - 1):
        cells.pop()
    if len(cells) > MAX_COLUMNS:
        raise UnreadableFile(f"The file has {len(cells)} columns; {MAX_COLUMNS} are the most.", "too_many_columns")
    return cells, begins, is_headless


def _is_empty_column(lines: list[str], delimiter: str, begins: int, place: int) -> bool:
    """Whether a column without a name holds nothing anywhere."""
    return not any(
        len(cells) > place and cells[place].strip() for _, cells, _ in _records(lines, delimiter, begins, place + 1)
    )


def _named_once(cells: Sequence[str]) -> tuple[str, ...]:
    """Names of the columns, each once, none empty."""
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = " ".join(cell.replace("\x00", "").split())[:MAX_HEADER] or f"Column {place}"
        candidate, count = name, 1
        while candidate in names:
            count += 1
            candidate = f"{name} ({count})"
        names.append(candidate)
    return tuple(names)


def _records(
    lines: list[str], delimiter: str, start: int, width: int
) -> Iterator[tuple[int, list[str], tuple[str, str] | None]]:
    """Line number, cells and problem of each row from line index `start`. A row whose quotes are broken costs that
    line only: reading begins anew on the next."""
    at, spared = start, REREADINGS * len(lines) + 100_000
    while at < len(lines):
        begun = at
        reader = csv.reader(map(lines.__getitem__, range(at, len(lines))), delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                yield begun + 1, cells, None
                begun = at + reader.line_num
            return
        except csv.Error:
            yield _alone(lines[begun], begun + 1, delimiter, width)
            at, spared = begun + 1, spared - (at + reader.line_num - begun)
            if spared < 0:
                raise UnreadableFile("The quotes of this file are broken throughout.", "broken_quotes") from None


def _alone(text: str, line: int, delimiter: str, width: int) -> tuple[int, list[str], tuple[str, str] | None]:
    """A line whose quotes break the rules: taken when it makes a whole row by itself, else a problem."""
    try:
        next(csv.reader([text], delimiter=delimiter, strict=True), None)
    except csv.Error as broken:
        if "field larger" in str(broken):
            return line, [text[:1_000]], ("cell_too_long", f"A cell has more than {MAX_CELL:,} letters.")
        if "end of data" not in str(broken):
            cells = next(csv.reader([text], delimiter=delimiter), [])
            if len(cells) == width:
                return line, cells, None
            return line, [text.rstrip("\r\n")], ("broken_quotes", "A quote in the middle of a cell is not doubled.")
    return line, [text.rstrip("\r\n")], ("unclosed_quote", "A quote is opened and never closed.")
