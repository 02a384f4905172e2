"""Rows of a text or a file that routing is tried with, whatever program wrote it."""

from __future__ import annotations

from core.errors import BadInput
from imports.csv_reader import read_sheet
from imports.file_text import UnreadableFile

NOTHING = "The first line names the fields; a line for each record follows."


def rows_of(content: bytes, most: int) -> list[dict[str, str]]:
    """What each row says, by what the first line calls it. Raises BadInput."""
    try:
        sheet = read_sheet(content)
    except UnreadableFile as bad:
        raise BadInput(bad.detail, code=bad.code, field="rows") from None
    names, rows = [each.strip() for each in sheet.headers], []
    for row in sheet.rows():
        if row.problem:
            raise BadInput(f"Line {row.line}: {row.problem[1]}", code=row.problem[0], field="rows")
        rows.append({name: cell.strip() for name, cell in zip(names, row.cells, strict=True)})
        if len(rows) > most:
            raise BadInput(f"At most {most} records at once.", field="rows")
    if not rows:
        raise BadInput(NOTHING, field="rows")
    return rows
