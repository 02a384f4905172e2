"""What stands among the rows of a file and is none: totals and remarks at its end, its header again, a rule."""

import csv
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property

from imports.formats import NUMBER_FORMATS, read_number
from imports.header_words import heard, known_headers
from imports.layout import cells_of, is_data

FOOTER_LINES = 10
MARKS = " :*\r\n"
TOTALS = re.compile(
    r"((grand |sub-?)?totals?( (records|rows|count|amount|value))?|sums?|count|summe|gesamt(summe|betrag)?"
    r"|zwischensumme|anzahl|insgesamt|total général|sous-total|totaux|somme|suma|totaal|eindtotaal|som|aantal)"
    r"([ :]+\(?[\d.,']+\)?)?",
    re.I,
)
LEAST_WIDTH = 3  # columns; of fewer, a short row may be whole
LEAST_ROWS = 2  # above a sum that does not say that it is one
REMARK = re.compile(
    r"\W*((generated|exported|created|printed|downloaded|prepared|extracted|run|report|copyright|confidential|end of"
    r"|source|filters?|as of|page|erstellt|exportiert|gedruckt|stand|quelle|seite|généré|exporté|imprimé|édité|source"
    r"|generado|exportado|impreso|fuente|gegenereerd|geëxporteerd|afgedrukt|bron|pagina|página)\b.*[\W\d].*"
    r"|[\d.,']+ (rows?|records?|results?|items?|entries|zeilen|datensätze|einträge|lignes|enregistrements|filas"
    r"|registros|rijen|regels)\b.*|©.*|\(c\).*)",
    re.I,
)
RULE = re.compile(r"""[\s"'|,;+:]*[-=]{2,}[-=\s"'|,;+:]*""")  # some programs draw it under the header
FOOTER = "Left out as a footer at the end of the file: {words}."
LIKE_A_TOTAL = "Line {line} begins with “{word}” and is no sum of the rows above; it comes in as a row."
AGAIN = "The header stands again on line {line}{more}; it is left out there."
SECOND = (
    "Another table begins on line {line} (“{words}”); it is left out. Bring it in as a file, or a sheet, of its own."
)
BLANK = " \r\n\t,;|\"'"
SUBTOTAL = re.compile(r"""(?mi)^["']?(sub-?totals?|zwischensumme|sous-total|suma parcial|subtotaal)\b[^\n]*\d""")
SUBTOTALS = "Sums stand among the rows, as on line {line}; they come in as rows. Take them out first."
BLANK_LINE = re.compile(r"[\r\n][ \t,;|\"']*(\n|\r(?!\n))")


def without_second_table(
    lines: list[str], begins: int, delimiter: str, header: Sequence[str]
) -> tuple[list[str], list[str]]:
    """The lines before another table, which begins with a header of its own below a blank line; and what is said."""
    for at in range(begins + 1, len(lines)):
        if lines[at - 1].strip(BLANK) or not lines[at].strip(BLANK):
            continue
        cells = [cell for each in cells_of(lines[at], delimiter) if (cell := each.strip(MARKS))]
        known = sum(heard(cell) in known_headers() for cell in cells)
        is_header = len(cells) > 1 and 2 * known > len(cells) and not is_data(cells) and cells != list(header)
        if is_header and not sum(line.count('"') for line in lines[begins:at]) % 2:  # not within a cell
            words = ", ".join(cells)[:80]
            return lines[:at], [SECOND.format(line=at + 1, words=words)]
    return lines, []


def without_footer(lines: list[str], begins: int, delimiter: str, width: int) -> tuple[list[str], list[str]]:
    """The lines without totals and remarks at their end, and what is said of them. Rows begin at `begins`."""
    end = len(lines)
    while end > begins and not lines[end - 1].strip():
        end -= 1
    possible = range(max(begins + 1, end - FOOTER_LINES), end)
    tail = {at: [cell.strip(MARKS) for cell in cells_of(lines[at], delimiter)] for at in possible}
    if sum(lines[at].count('"') for at in possible) % 2:  # a cell over several lines
        return lines, []
    said = [cells for cells in tail.values() if any(cells)]
    if not any(not cells[0] or TOTALS.match(cells[0]) or sum(map(bool, cells)) == 1 for cells in said):
        return lines, []
    footer = _Footer(lines, begins, possible.start, delimiter, width)
    first = next((at for at in possible if footer.begins_with(at, tail[at])), end)
    rest = [at for at in range(first, end) if any(tail[at])]
    if rest and all(footer.may_hold(at, tail[at]) for at in rest):
        words = ", ".join(f"“{next(filter(None, tail[at]))[:60]}”" for at in rest)
        return lines[:first], [FOOTER.format(words=words)]
    last = next(filter(None, tail.get(end - 1, [])), "")
    is_like = TOTALS.fullmatch(last) and width >= len(tail[end - 1]) > 1
    return lines, [LIKE_A_TOTAL.format(line=end, word=last)] if is_like else []


class _Footer:
    """What may stand at the end of one file's rows, which begin at `begins`; at `least` the earliest footer could."""

    def __init__(self, lines: Sequence[str], begins: int, least: int, delimiter: str, width: int) -> None:
        self.lines, self.begins, self.least, self.delimiter, self.width = lines, begins, least, delimiter, width
        self._sums: dict[tuple[int, str], Decimal] = {}

    def begins_with(self, at: int, cells: Sequence[str]) -> bool:
        """Whether a footer begins with this line: a sum, or a remark of one cell."""
        filled = [cell for cell in cells if cell]
        if not filled or self.width < 2:
            return False
        if TOTALS.fullmatch(filled[0]) or not cells[0]:
            return self._is_total(at, cells)
        is_below_blank = not self.lines[at - 1].strip(f" \r\n{self.delimiter}")
        return len(filled) == 1 and (bool(REMARK.fullmatch(filled[0])) or is_below_blank and self.width >= LEAST_WIDTH)

    def may_hold(self, at: int, cells: Sequence[str]) -> bool:
        """Whether the line may stand in a footer that has begun."""
        return _is_short(cells, self.width) or self._is_total(at, cells)

    def _is_total(self, at: int, cells: Sequence[str]) -> bool:
        """Whether the line sums up or counts the rows above. A short one that says so is believed."""
        filled = [cell for cell in cells if cell]
        says_so = bool(TOTALS.fullmatch(filled[0]))
        if says_so and _is_short(cells, self.width) and (self.width >= LEAST_WIDTH or len(filled) == 1):
            return True
        figures = {place: cell for place, cell in enumerate(cells) if cell and _readings(cell)}
        if not figures or len(figures) + says_so != len(filled):
            return False
        counts = {Decimal(self._count(at))} if says_so else set[Decimal]()
        if not says_so and self._count(at) < LEAST_ROWS:
            return False
        return all(self._is_sum(at, place, cell, counts) for place, cell in figures.items())

    def _is_sum(self, at: int, place: int, cell: str, counts: set[Decimal]) -> bool:
        for number_format in NUMBER_FORMATS:
            figure = read_number(cell, number_format)
            if figure is not None and (figure in counts or figure == self._sum(at, place, number_format)):
                return True
        return False

    def _sum(self, at: int, place: int, number_format: str) -> Decimal:
        """Of one column above a line. The rows above the last few are summed up once, however many lines ask."""
        key = place, number_format
        if key not in self._sums:
            self._sums[key] = _summed(self._rows(self.begins, self.least), *key)
        return self._sums[key] + _summed(self._rows(self.least, at), *key)

    def _count(self, at: int) -> int:
        return self._above + sum(1 for row in self._rows(self.least, at) if any(row))

    @cached_property
    def _above(self) -> int:
        return sum(1 for row in self._rows(self.begins, self.least) if any(row))

    def _rows(self, begins: int, ends: int) -> Iterator[list[str]]:
        try:
            yield from csv.reader(self.lines[begins:ends], delimiter=self.delimiter)
        except csv.Error:
            return


def _summed(rows: Iterator[list[str]], place: int, number_format: str) -> Decimal:
    read = (read_number(cells[place], number_format) for cells in rows if len(cells) > place and cells[place])
    return sum((found for found in read if found is not None), Decimal())


def _readings(cell: str) -> list[Decimal]:
    return [found for each in NUMBER_FORMATS if (found := read_number(cell, each)) is not None]


def _is_short(cells: Sequence[object], width: int) -> bool:
    """Whether most of the row is blank."""
    return sum(1 for cell in cells if cell) <= max(1, width // 2)


def headers_again(lines: Sequence[str], begins: int, delimiter: str, header: Sequence[str]) -> list[str]:
    """What is said where the header stands among the rows once more, as in files put together."""
    written = lines[begins - 1].strip("\ufeff\r\n ") if begins else ""
    if next(csv.reader([written], delimiter=delimiter), [])[: len(header)] != list(header):  # it takes several lines
        return []
    found = [at for at, line in enumerate(lines[begins:], begins + 1) if line.strip("\ufeff\r\n ") == written]
    more = f" and {len(found) - 1:,} more" if len(found) > 1 else ""
    return [AGAIN.format(line=found[0], more=more)] if found else []
