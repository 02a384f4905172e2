"""How an expression is written: what the checker is given, and where each of its columns was in the text typed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

LONGEST = 2_000  # characters; the bounded work of one line
DIGITS = re.compile(r"[0-9]{1,15}([.][0-9]{1,9})?")  # what a double holds exactly enough; see tree.MOST

TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*)
    |(?P<text>[rRbB]{0,2}(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
    |(?P<number>0[xX]\w*|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?\w*)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<sign>==|!=|<=|>=|&&|\|\||<>|.)""",
    re.VERBOSE | re.DOTALL,
)

# What people type out of habit, and what this language says instead.
HABITS = {
    "=": "Write == to compare.",
    "<>": "Write != for “is not”.",
    "&": "Write && for “and”.",
    "|": "Write || for “or”.",
    "%": "Remainders cannot be taken here.",
    "“": 'Write plain quotes: "…".',
    "”": 'Write plain quotes: "…".',
    "‘": "Write plain quotes: '…'.",
    "’": "Write plain quotes: '…'.",
    "null": "Write blank(field) or known(field) instead of comparing with null.",
    "has": "Write known(field) to ask whether it is filled in.",
    "and": "Write && for “and”.",
    "AND": "Write && for “and”.",
    "or": "Write || for “or”.",
    "OR": "Write || for “or”.",
    "not": "Write ! for “not”.",
    "NOT": "Write ! for “not”.",
    "True": "Write true.",
    "False": "Write false.",
}


class BadExpression(ValueError):
    """An expression that cannot be saved: what is wrong, and the line and column (from 1) where."""

    code = "bad_expression"

    def __init__(self, message: str, line: int, column: int, expression: str) -> None:
        self.message, self.line, self.column, self.expression = message, line, column, expression
        super().__init__(f"{message} (line {line}, column {column})")


class Wording:
    """One expression as typed and as checked. Whole numbers are checked as decimals (`70` as `70.0`), so that every
    number compares with every other; positions found by the checker lead back to the text as typed."""

    def __init__(self, typed: str, names: frozenset[str]) -> None:
        self._added: list[int] = []  # where, in the checked text, ".0" was added
        typed = self.typed = typed.replace("\r\n", "\n")
        if not typed.strip():
            raise self.refuse("Write a test, such as score >= 70.", 0)
        if strange := re.search(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]", typed):
            raise self.refuse("This character cannot be used here.", strange.start())
        if len(typed) > LONGEST:
            raise self.refuse(f"At most {LONGEST:,} characters; split it into several lines.", LONGEST)
        self.checked = "".join(self._pieces(names))

    def refuse(self, message: str, at: int) -> BadExpression:
        """The refusal that points at this position (from 0) of the text as typed."""
        before = self.typed[:at]
        line = before.count("\n") + 1
        return BadExpression(message, line, at - (before.rfind("\n") + 1) + 1, self.typed)

    def refuse_checked(self, message: str, at: int) -> BadExpression:
        """The refusal that points at this position (from 0) of the text as checked."""
        return self.refuse(message, min(at - 2 * bisect_left(self._added, at), len(self.typed)))

    def offset(self, line: int, column: int) -> int:
        """The position in the checked text of a line and column (from 1) told by the checker."""
        lines = self.checked.split("\n")
        return sum(len(each) + 1 for each in lines[: line - 1]) + column - 1

    def _pieces(self, names: frozenset[str]) -> Iterator[str]:
        for found in TOKEN.finditer(self.typed):
            piece, kind = found.group(), found.lastgroup
            if kind in ("sign", "word") and piece in HABITS and piece not in names:
                raise self.refuse(HABITS[piece], found.start())
            if kind == "sign" and piece in "\"'":
                raise self.refuse("This text is not closed by a second quote.", found.start())
            if kind == "number":
                if not DIGITS.fullmatch(piece):
                    raise self.refuse(
                        "Write numbers in plain digits, such as 1200 or 0.5; at most 15 before the point and 9 after.",
                        found.start(),
                    )
                if "." not in piece:
                    self._added.append(found.end() + 2 * len(self._added))
                    piece += ".0"
            yield piece
