"""One sheet of a workbook (xlsx, xlsm, xlsb, xls, ods) as CSV: a program of its own, which may die of a hostile file.

    python workbook_process.py WORKBOOK SHEET CSV     writes the CSV, and says on its output what it is, as JSON

It imports nothing of the product. Row numbers of the sheet stay: a blank row is a blank line.
"""

import csv
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from xml.etree import ElementTree

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

MEMORY = 2 * 2**30  # a million rows of twenty columns take about 1.3 GB
MOST_TEXT = 256 * 2**20
EXACT = 10**15  # beyond it, a spreadsheet's number has lost digits
ERRORS = "Cells of the sheet that hold an error, such as #N/A, come in blank: {count}."
UNCALCULATED = (
    "Formulas of the sheet that were never calculated come in blank: {count}. Save the file once in a spreadsheet "
    "program."
)
HIDDEN = "Rows that are hidden in the sheet come in like the others: {count}."
MERGED = "A cell that is merged over several rows gives its value to each of them: {count} in the sheet."
CURRENCY = (
    "Cells of the sheet are shown with {marks}. A workbook keeps that beside the number: name the currency of the "
    "amounts if it is another one than the workspace's."
)
CURRENCY_FORMAT = re.compile(r"\[\$([^-\]]{1,5})(?:-[^\]]*)?\]|([€£¥₹$])")
PERCENT = "Cells of the sheet are shown as percentages. They come in as the numbers behind: 15 % is 0.15."
ZEROS = (
    "The leading zeros of some cells ({zeros}) are of their format and do not come in. Ids and postcodes must be text."
)
ZEROS_FORMAT = re.compile(r"0{3,}")
TELLING_FORMAT = re.compile(f"{CURRENCY_FORMAT.pattern}|%|^0{{3,}}$")
STYLES = "xl/styles.xml"
FROM_1904 = "The workbook counts days from 1904. Its dates come in right; bare numbers are read as counted from 1900."
LINE_BREAK = "\u2028"  # within a cell, so that each row of the sheet is one line; it is read as a line break again
Table = list[list[Any]]


class NotRead(Exception):
    """`(code, sentence)`: why there is nothing to read."""


def main(path: str, wanted: str, out: str) -> dict[str, Any]:
    """Write the sheet that is wanted, else the first that holds a table."""
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheets = [each for each in book.sheets_metadata if each.typ is SheetTypeEnum.WorkSheet]
            names = [each.name for each in sheets]
            visible = [each.name for each in sheets if each.visible is SheetVisibleEnum.Visible]
            sheet = _sheet(book, wanted, names, visible or names)
            notes = _write(sheet, out)
    except PasswordError:
        raise NotRead("password", "The workbook is protected by a password.") from None
    except CalamineError as broken:
        raise NotRead("bad_workbook", f"The workbook is damaged: {str(broken)[:120]}") from None
    told = [{"name": name, "is_hidden": name not in visible} for name in names]
    return {"sheet": sheet.name, "sheets": told, "notes": [*notes, *_seen_in_xml(path, sheet.name)]}


def _sheet(book: CalamineWorkbook, wanted: str, names: list[str], visible: list[str]) -> CalamineSheet:
    if wanted and wanted not in names:
        raise NotRead("no_such_sheet", f"The workbook has no sheet {wanted[:60]!r}; it has {', '.join(names)[:300]}.")
    if wanted and (sheet := book.get_sheet_by_name(wanted)).height:
        return sheet
    if wanted:
        raise NotRead("empty_file", f"The sheet “{wanted[:60]}” is empty.")
    read = (book.get_sheet_by_name(name) for name in visible)
    found = next((sheet for sheet in read if sheet.height > 1 and not _is_summary(sheet)), None)
    if found is None:
        raise NotRead("no_rows", "No sheet of the workbook holds a header and rows.")
    return found


def _is_summary(sheet: CalamineSheet) -> bool:
    """Whether Numbers only lists here which table became which sheet."""
    return any("exported from Numbers" in str(cell) for row in islice(sheet.iter_rows(), 3) for cell in row)


def _write(sheet: CalamineSheet, out: str) -> list[str]:
    """The table as CSV, each cell quoted, so that no letter in a cell is taken for what cuts the line."""
    table = [[_said(cell) for cell in row] for row in sheet.iter_rows()]
    notes = _fill_merged(table, sheet)
    size = 0
    with open(out, "w", encoding="utf-8", newline="") as file:
        for row in table:
            line = _line(row)
            size += len(line)
            if size > MOST_TEXT:
                raise NotRead("file_too_large", f"The sheet holds more than {MOST_TEXT // 2**20} MB of text.")
            file.write(line)
    return notes


def _line(row: list[str]) -> str:
    if not any(row):
        return "\n"
    line = io.StringIO(newline="")
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(row)
    return line.getvalue()


def _said(cell: Any) -> str:
    """A typed cell as text that can be read in one way only."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if abs(cell) >= EXACT:
            return f"{cell:.14E}"  # as a spreadsheet shows it: whoever reads an id sees that digits are lost
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat("seconds")
    if isinstance(cell, timedelta):
        return _duration(cell)
    text = str(cell).replace("_x000D_", "").replace("\r\n", LINE_BREAK)
    return text.replace("\r", LINE_BREAK).replace("\n", LINE_BREAK)


def _duration(length: timedelta) -> str:
    """Hours, minutes, seconds: `30:00:00` is a day and a quarter."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _fill_merged(table: Table, sheet: CalamineSheet) -> list[str]:
    """Give each row that a merged cell spans its value: a company beside its three people."""
    begins = (sheet.start or (0, 0))[1]  # blank columns at the left are not read, blank rows above are
    height, width, count = len(table), len(table[0]) if table else 0, 0
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        column = left - begins
        if bottom == top or top >= height or not 0 <= column < width or not table[top][column]:
            continue
        count += 1
        for below in table[top + 1 : bottom + 1]:
            below[column] = below[column] or table[top][column]
    return [MERGED.format(count=f"{count:,}")] if count else []


def _seen_in_xml(path: str, name: str) -> list[str]:
    """What only the sheet's own XML shows: errors, formulas nobody calculated, hidden rows."""
    with open(path, "rb") as file:
        is_zip = file.read(2) == b"PK"
    if not is_zip:
        return []
    with zipfile.ZipFile(path) as archive:
        if "content.xml" in archive.namelist():
            return _seen_in_ods(archive)
        place = _place_of(archive, name)
        if not place or archive.getinfo(place).file_size > MOST_TEXT:
            return []
        xml = archive.open(place).read(MOST_TEXT)
        properties = next(_elements(archive, "xl/workbook.xml", "workbookPr"), None)
        is_of_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        said = _shown_otherwise(archive, xml) + [FROM_1904] * is_of_1904
    return [*said, *_counted_in(xml)]


def _shown_otherwise(archive: zipfile.ZipFile, xml: bytes) -> list[str]:
    """What is said of cells that show a currency, a percentage or zeros, which stand in their format alone."""
    if STYLES not in archive.namelist():
        return []
    written = {each.get("numFmtId"): each.get("formatCode", "") for each in _elements(archive, STYLES, "numFmt")}
    formats = {"9": "0%", "10": "0%"} | {each: how for each, how in written.items() if TELLING_FORMAT.search(how)}
    styles = [each.get("numFmtId") for row in _elements(archive, STYLES, "cellXfs") for each in row]
    telling = {at: formats[style] for at, style in enumerate(styles) if style in formats}
    used = {int(found[1]) for found in re.finditer(rb'<c [^>]*\bs="(\d{1,6})"', xml)} if telling else set[int]()
    shown = {how for at, how in telling.items() if at in used}
    marks = {found[1] or found[2] for how in shown if (found := CURRENCY_FORMAT.search(how))}
    return _said_of_formats(marks, any("%" in how for how in shown), next(filter(ZEROS_FORMAT.fullmatch, shown), ""))


def _said_of_formats(marks: set[str], has_percent: bool, zeros: str = "") -> list[str]:
    said = [CURRENCY.format(marks=", ".join(sorted(marks)))] if marks else []
    return said + [PERCENT] * has_percent + ([ZEROS.format(zeros=zeros)] if zeros else [])


def _seen_in_ods(archive: zipfile.ZipFile) -> list[str]:
    """What the XML of an OpenDocument says of its cells."""
    is_small = archive.getinfo("content.xml").file_size <= MOST_TEXT
    xml = archive.read("content.xml") if is_small else b""
    marks = {found[1].decode() for found in re.finditer(rb'office:currency="([A-Z]{3})"', xml)}
    return _said_of_formats(marks, b'office:value-type="percentage"' in xml)


def _counted_in(xml: bytes) -> list[str]:
    return [
        sentence.format(count=f"{count:,}")
        for sentence, pattern in (
            (ERRORS, rb'<c [^>]*t="e"'),
            (UNCALCULATED, rb"</f>\s*(?:<v>\s*</v>|<v\s*/>)?\s*</c>"),
            (HIDDEN, rb'<row [^>]*hidden="(?:1|true)"'),
        )
        if (count := len(re.findall(pattern, xml)))
    ]


def _place_of(archive: zipfile.ZipFile, name: str) -> str:
    """Where the sheet lies in the archive of an xlsx; nothing in other kinds."""
    inside = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= inside:
        return ""
    ids = {
        each.get("name"): value
        for each in _elements(archive, "xl/workbook.xml", "sheet")
        for key, value in each.attrib.items()
        if key.endswith("}id")
    }
    paths = {each.get("Id"): each.get("Target", "") for each in _elements(archive, "xl/_rels/workbook.xml.rels", "Rel")}
    target = paths.get(ids.get(name), "")
    place = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return place if place in inside else ""


def _elements(archive: zipfile.ZipFile, place: str, tag: str) -> Iterator[ElementTree.Element]:
    read = ElementTree.iterparse(archive.open(place))
    found = (each for _, each in read if each.tag.rpartition("}")[2].startswith(tag))
    return islice(found, 10_000)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        answer = main(*sys.argv[1:4])
    except NotRead as refusal:
        answer = {"refused": refusal.args}
    except (zipfile.BadZipFile, ElementTree.ParseError, UnicodeError) as broken:
        answer = {"refused": ("bad_workbook", f"The workbook is damaged: {str(broken)[:120]}")}
    json.dump(answer, sys.stdout)
