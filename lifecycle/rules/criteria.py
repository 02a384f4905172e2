"""Reader 1: judge one record against criteria, line by line: met, unmet or unknown, with the facts looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from lifecycle.rules.catalogue import Catalogue


class BadExpression(ValueError):
    """An expression that cannot be saved: what is wrong, and the line and column (from 1) where."""

    code = "bad_expression"

    def __init__(self, message: str, line: int, column: int, expression: str) -> None:
        self.message, self.line, self.column, self.expression = message, line, column, expression
        super().__init__(f"{message} (line {line}, column {column})")


class Verdict(StrEnum):
    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    expression: str


@dataclass(frozen=True, slots=True)
class LineResult:
    label: str
    expression: str
    verdict: Verdict
    facts: dict[str, Any]


def compile_line(catalogue: Catalogue, expression: str) -> Compiled:
    """Check an expression against the catalogue; cached. Raises BadExpression. `.fields` names what it looks at."""
    raise NotImplementedError


def judge(catalogue: Catalogue, lines: Iterable[Line], facts: Mapping[str, Any], now: datetime) -> list[LineResult]:
    raise NotImplementedError


def all_met(results: Iterable[LineResult]) -> bool:
    return all(r.verdict is Verdict.MET for r in results)
