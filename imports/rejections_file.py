"""How a file of kept rejections is written, and how it is read when it comes back corrected."""

HELPERS = ("line", "reason", "column", "detail")  # what the file says before each row as it stood
FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")  # what a spreadsheet would run; also full-width, also after blanks
BLANKS = " \u00a0\u3000\n"
RETURNED = "These are rejected rows of an earlier file: the columns that say why are left out."


def guarded(cell: str) -> str:
    """A cell no spreadsheet takes for a formula."""
    return f"'{cell}" if _is_formula(cell.lstrip("'")) else cell


def unguarded(cell: str) -> str:
    """The cell as it stood before it was guarded."""
    return cell[1:] if cell[:1] == "'" and _is_formula(cell.lstrip("'")) else cell


def _is_formula(cell: str) -> bool:
    return cell.lstrip(BLANKS).startswith(FORMULA_STARTS) or cell.startswith(("\t", "\r"))
