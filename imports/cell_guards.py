"""Letters around a cell that are none of its value: guards against spreadsheets, and letters nobody sees."""

import html
import re
from collections.abc import Callable, Sequence

from imports.rejections_file import unguarded

SAMPLE_LINES = 500
GUARDED = re.compile(r"""(?m)(?:^|[,;\t|"])(?:'(?=\+?\d)|=")""")
KEPT_AS_TEXT = re.compile(r'="(.*)"', re.S)  # how Excel is told to keep 007
APOSTROPHE = re.compile(r"'(?=\+?\d)")
QUOTED_SINGLY = re.compile(r"'.*'[,;\t|]'.*'")
SINGLE = "Each cell stands in single quotes; they are taken off."
UNSEEN = "\u200b\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# of no width, or for the direction of letters alone; joiners of Persian words and pictures are not among them
GUARDS = "Cells are guarded against spreadsheets, as in '007; they are read without their guard."
NOT_SEEN = "The file holds letters without any width; they are left out."
ENTITY = re.compile(
    r"&(amp|lt|gt|quot|apos|nbsp|szlig|[aou]uml|[aeiou](acute|grave|circ)|#\d{2,6}|#x[0-9a-f]{2,5});", re.I
)
OF_THE_WEB = "Letters are written as web pages write them, as in &amp;; they are read as the letters they mean."
LETTERED = re.compile(r"""(?m)(?:^|[,;\t|"])(?:p:\+?|l:)\d""")  # how adverts of Facebook guard phones and ids
LETTER = re.compile(r"(?:ag|as|[lpcfz]):(?=\+?\d)")
LETTERS = "Cells bear letters of their program, as in p:+49; they are read without them."
CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
CONTROL = "The file holds control characters, which nobody sees; they are left out."
LINE_BREAK = "\u2028"  # within a cell: it begins no line of the file
LEAVES_OUT = dict.fromkeys(map(ord, UNSEEN))
Mend = Callable[[str], str]


def mending(text: str, rows: Sequence[str], *, is_returned: bool) -> tuple[Mend | None, list[str]]:
    """What to do with each cell, if anything, and what is said of it. `rows`: the first lines of data."""
    steps: list[tuple[Mend, str]] = []
    if is_returned:
        steps.append((unguarded, ""))
    elif (filled := [row.strip() for row in rows if row.strip()]) and all(map(QUOTED_SINGLY.fullmatch, filled)):
        steps.append((_unquoted, SINGLE))
    elif GUARDED.search("".join(rows)):
        steps.append((_unguarded, GUARDS))
    if LETTERED.search("".join(rows)):
        steps.append((_unlettered, LETTERS))
    if not text.isascii() and any(letter in text for letter in UNSEEN):
        steps.insert(0, (_seen, NOT_SEEN))
    if CONTROLS.search(text):
        steps.append((_uncontrolled, CONTROL))
    if LINE_BREAK in text:
        steps.append((_broken, ""))
    if not is_returned and ENTITY.search(text):
        steps.append((_unescaped, OF_THE_WEB))
    said = [sentence for _, sentence in steps if sentence]
    return (_all_of([mend for mend, _ in steps]) if steps else None), said


def _all_of(steps: Sequence[Mend]) -> Mend:
    """One after the other."""

    def mend(cell: str) -> str:
        for step in steps:
            cell = step(cell)
        return cell

    return mend


def _unlettered(cell: str) -> str:
    return LETTER.sub("", cell, count=1) if LETTER.match(cell) else cell


def _uncontrolled(cell: str) -> str:
    return CONTROLS.sub("", cell)


def _unescaped(cell: str) -> str:
    return ENTITY.sub(lambda found: html.unescape(found[0]), cell)


def _broken(cell: str) -> str:
    return cell.replace(LINE_BREAK, "\n")


def _unquoted(cell: str) -> str:
    text = cell.strip()
    return text[1:-1].replace("''", "'") if len(text) > 1 and text[0] == text[-1] == "'" else text


def _unguarded(cell: str) -> str:
    text = cell.strip()
    if kept := KEPT_AS_TEXT.fullmatch(text):
        return kept[1].replace('""', '"')
    return text[1:] if APOSTROPHE.match(text) else cell


def _seen(cell: str) -> str:
    return cell.translate(LEAVES_OUT)
