"""The layout of a file: what cuts its lines, which lines stand above its header, and whether it has one."""

import csv
import re
from collections.abc import Sequence

from imports.header_words import heard, known_headers

DELIMITERS = (",", ";", "\t", "|")
SNIFFED_LINES = 50
MOST_TITLE_LINES = 10
EVEN = 0.9
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
MEASURE = re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}.*|[-+]?\d+[.,][\d.,]+")  # a day, or an amount

FRAME = re.compile(r"[\s|+-]*-{3}[\s|+-]*")

TAKEN_APART = "Each line is quoted as one column; the lines were taken apart at the {delimiter} inside."
NO_HEADER = "The file has no header: its first line holds data. Its columns are numbered."
TITLE = "{count} above the header, on line {line}, {verb} left out."


def told_delimiter(lines: Sequence[str]) -> tuple[int, str | None]:
    """Excel may say `sep=;` on the first line."""
    first = lines[0].strip().strip('"').lower() if lines else ""
    if first.startswith("sep=") and len(first) == 5:
        return 1, first[4]
    return 0, "\t" if lines and lines[0].lower() == "sep=\t\n" else None


def likely_delimiter(lines: Sequence[str]) -> str:
    """The one that cuts the first lines into most columns most evenly; a comma when nothing cuts."""
    return max(DELIMITERS, key=lambda delimiter: _evenness(lines, delimiter))


def _evenness(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    """The share of lines that are as wide as the first, and how wide that is."""
    try:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
    except csv.Error:  # cut so, a cell would have no end
        return (0.0, 0)
    if not widths or widths[0] == 1:
        return (0.0, 0)
    return (sum(width == widths[0] for width in widths) / len(widths), widths[0])


def after_titles(lines: Sequence[str], start: int, told: str | None) -> tuple[int, tuple[str, ...]]:
    """The place of the header, where up to ten lines of a report's title may stand above it; and what is said."""
    for at in range(start, min(len(lines), start + MOST_TITLE_LINES)):
        some = lines[at : at + SNIFFED_LINES]
        delimiter = told or likely_delimiter(some)
        texts = [cell.strip(' "\r\n') for cell in cells_of(lines[at], delimiter)]
        heads_columns = _heads(texts) > 0
        heads_groups = "" in texts[1:-1] and (not heads_columns or _is_above_header(texts, lines[at + 1 :], delimiter))
        if at == start and len(list(filter(None, texts))) > 1 and not heads_groups:
            break
        share, _ = _evenness(some, delimiter)
        if share >= EVEN and len(some) > 1 and heads_columns and not heads_groups:
            count = sum(1 for line in lines[start:at] if line.strip(" \r\n\t,;|"))
            words, verb = ("1 line", "is") if count == 1 else (f"{count} lines", "are")
            return at, (TITLE.format(count=words, line=at + 1, verb=verb),) if count else ()
    return start, ()


def _heads(texts: Sequence[str]) -> int:
    """How many cells of a line are headers that mean something."""
    return sum(heard(text) in known_headers() for text in texts if text)


def _is_above_header(texts: Sequence[str], below: Sequence[str], delimiter: str) -> bool:
    """Whether a line with gaps names groups of columns: the line below it has no gaps, and heads more of them."""
    named = [cell.strip(' "\r\n') for cell in cells_of(below[0], delimiter)] if below else []
    return len(named) == len(texts) and all(named) and _heads(named) > _heads(texts) and not is_data(named)


def cells_of(line: str, delimiter: str) -> list[str]:
    """A line cut into cells, where its quotes allow it."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def unquoted(lines: list[str], start: int) -> tuple[list[str], tuple[str, ...]]:
    """The lines, each out of its quotes where some program has quoted every line as a whole; and what is said."""
    if not any(line.startswith('"') for line in lines[start : start + 1]):
        return lines, ()
    some = [each for each in map(_inside, lines[start : start + SNIFFED_LINES]) if each != ""]
    if not some or None in some:
        return lines, ()
    delimiter = likely_delimiter(texts := [each for each in some if each])
    if _evenness(texts, delimiter)[0] < EVEN:
        return lines, ()
    apart = [line if (inside := _inside(line)) is None else f"{inside}\n" for line in lines]
    return apart, (TAKEN_APART.format(delimiter=f"“{delimiter}”"),)


def unframed(lines: list[str]) -> list[str]:
    """The lines of a printed list, as SAP writes it, out of their frame: `|` around each, and rules between them."""
    some = [line.strip() for line in lines[: 2 * MOST_TITLE_LINES] if line.strip()]
    framed = sum(line[0] == line[-1] == "|" and len(line) > 1 for line in some)
    if framed < 2 or framed + sum(bool(FRAME.fullmatch(line)) for line in some) < len(some) / 2:
        return lines
    return [
        "\n" if FRAME.fullmatch(line) else line.strip().removeprefix("|").removesuffix("|") + "\n" for line in lines
    ]


def _inside(line: str) -> str | None:
    """What the quotes around a whole line hold; nothing of a blank line, None of any other."""
    text = line.strip()
    if not text:
        return ""
    inside = text[1:-1].replace('""', "")
    return text[1:-1].replace('""', '"') if text[:1] == text[-1:] == '"' and '"' not in inside else None


def is_data(cells: Sequence[str]) -> bool:
    """Whether a first line is a row already: it holds an address, or a day or an amount beside no header word."""
    texts = [cell.strip() for cell in cells]
    if any(map(ADDRESS.fullmatch, texts)):
        return True
    return any(map(MEASURE.fullmatch, texts)) and known_headers().isdisjoint(map(heard, texts))
