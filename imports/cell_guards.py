"""Letters around a cell that are none of its value: guards against spreadsheets, and letters nobody sees."""

import re
from collections.abc import Callable, Sequence

from imports.rejections_file import unguarded

SAMPLE_LINES = 500
GUARDED = re.compile(r"""(?m)(?:^|[,;\t|"])(?:'(?=\+?\d)|=")""")
KEPT_AS_TEXT = re.compile(r'="(.*)"', re.S)  # how Excel is told to keep 007
APOSTROPHE = re.compile(r"'(?=\+?\d)")
QUOTED_SINGLY = re.compile(r"'.*'[,;\t|]'.*'")
SINGLE = "Each cell stands in single quotes; they are taken off."
UNSEEN = "\u200b\u2060\ufeff"  # of no width; joiners of Persian words and pictures are not among them
GUARDS = "Cells are guarded against spreadsheets, as in '007; they are read without their guard."
NOT_SEEN = "The file holds letters without any width; they are left out."
LEAVES_OUT = dict.fromkeys(map(ord, UNSEEN))
Mend = Callable[[str], str]


def mending(text: str, rows: Sequence[str], *, is_returned: bool) -> tuple[Mend | None, list[str]]:
    """What to do with each cell, if anything, and what is said of it. `rows`: the first lines of data."""
    has_unseen = any(letter in text for letter in UNSEEN)
    if is_returned:
        return unguarded, []
    if rows and all(QUOTED_SINGLY.fullmatch(row.strip()) for row in rows if row.strip()):
        return _unquoted, [SINGLE]
    if GUARDED.search("".join(rows)):
        return (_seen_and_unguarded if has_unseen else _unguarded), [GUARDS, *([NOT_SEEN] if has_unseen else [])]
    return (_seen, [NOT_SEEN]) if has_unseen else (None, [])


def _unquoted(cell: str) -> str:
    text = _seen(cell).strip()
    return text[1:-1].replace("''", "'") if len(text) > 1 and text[0] == text[-1] == "'" else text


def _unguarded(cell: str) -> str:
    text = cell.strip()
    if kept := KEPT_AS_TEXT.fullmatch(text):
        return kept[1].replace('""', '"')
    return text[1:] if APOSTROPHE.match(text) else cell


def _seen(cell: str) -> str:
    return cell.translate(LEAVES_OUT)


def _seen_and_unguarded(cell: str) -> str:
    return _unguarded(_seen(cell))
