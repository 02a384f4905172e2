"""Rows whose cells may stand in each other's places: one was cut in two, or a quote that was left open took rows in."""

from imports.csv_reader import Row

LEAST_WIDTH = 4  # columns; of fewer, a note over several lines is easily taken for rows
SURPLUS = (
    "{rows} more cells than the header, the last of them blank, as line {line}: a “{mark}” inside a value may have "
    "moved the cells behind it."
)
SWALLOWED = (
    "A cell on line {line} holds what looks like rows: a quote was opened there, it seems, and closed some lines later."
)


def swallows(row: Row, delimiter: str) -> bool:
    """Whether a cell of a row over several lines goes on to the end of its own row and begins another one."""
    width = len(row.cells)
    if width < LEAST_WIDTH or row.problem:
        return False
    for place, cell in enumerate(row.cells):
        if "\n" in cell or "\r" in cell:
            end, *whole, begins = [
                line.count(delimiter) for line in cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            ]
            if (end, begins) == (width - place - 1, place) and all(count == width - 1 for count in whole):
                return True
    return False


def said_of(surplus: list[int], swallowing: int, delimiter: str, total: int) -> list[str]:
    """In sentences; `surplus`: lines with blank cells behind those of the header, which tell nothing where most of all
    rows have them; `swallowing`: a line with a cell that holds rows."""
    found = [SWALLOWED.format(line=swallowing)] if swallowing else []
    if 0 < 2 * len(surplus) < total:
        rows = f"{len(surplus):,} rows have" if len(surplus) > 1 else "1 row has"
        found.append(SURPLUS.format(rows=rows, line=surplus[0], mark=delimiter))
    return found
