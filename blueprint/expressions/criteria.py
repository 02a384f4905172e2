"""Reader 1: judge one record against criteria, line by line: met, unmet or unknown, with the facts looked at.

CEL checks an expression when it is saved (`compile_line`); judging walks the checked tree as plain Python calls.
A blank fact is *unknown*, and unknown goes through `&&`, `||` and `!` as NULL goes through SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

from blueprint.expressions.amounts import MONEY, converts, looked_at
from blueprint.expressions.ast import Node
from blueprint.expressions.build import read
from blueprint.expressions.evaluate import Facts, reader
from blueprint.expressions.fields import Catalogue


class Verdict(StrEnum):
    """The answer of one line for one record."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


VERDICTS = {True: Verdict.MET, False: Verdict.UNMET, None: Verdict.UNKNOWN}


class Sentence(Protocol):
    """Whatever has words for people and a test for the reader."""

    @property
    def label(self) -> str: ...
    @property
    def expression(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One testable sentence of a list of criteria."""

    label: str
    expression: str


@dataclass(frozen=True, slots=True)
class LineResult:
    """What became of one line, and the facts it looked at, as they stood (None = blank). Money that was converted is
    said in both currencies."""

    label: str
    expression: str
    verdict: Verdict
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A checked expression, ready to ask: `test(facts)` is True, False or None (unknown). `converts`: it compares money
    in the reporting currency."""

    expression: str
    tree: Node
    fields: tuple[str, ...]
    converts: bool
    test: Callable[[Facts], bool | None]


@lru_cache(maxsize=8192)
def compile_line(catalogue: Catalogue, expression: str) -> Compiled:
    """Check an expression against the catalogue, once; this is the check at every save. Raises BadExpression."""
    tree = read(catalogue, expression)
    fields = tuple(dict.fromkeys(node.value for node in tree.walk() if node.act == "field"))
    is_converted = converts(tree)
    return Compiled(expression, tree, fields, is_converted, reader(tree, catalogue, converts=is_converted))


def judge(catalogue: Catalogue, lines: Iterable[Sentence], facts: Mapping[str, Any], now: datetime) -> list[LineResult]:
    """Every line's verdict for one record. A fact that is missing, None or "" is blank. Raises BadExpression."""
    known = {**facts, "now": now}
    results = []
    for line in lines:
        compiled = compile_line(catalogue, line.expression)
        told = {key: known.get(key) for key in compiled.fields}
        if compiled.converts:
            told |= {key: looked_at(known, key) for key in MONEY & told.keys()}
        results.append(LineResult(line.label, line.expression, VERDICTS[compiled.test(known)], told))
    return results
