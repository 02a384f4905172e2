"""Values and acts of the criteria language as the solver z3 has them. What is unknown goes through `&&`, `||`, `!` and
`? :` as in `evaluate`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import z3

from blueprint.expressions.ast import Node
from blueprint.expressions.fields import DataType, Family

DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class Term:
    """A value that may be unknown."""

    known: z3.BoolRef
    value: Any


def texts_in(trees: Iterable[Node]) -> tuple[str, ...]:
    """Every text that these expressions write."""
    nodes = [node for tree in trees for node in tree.walk()]
    listed = [each for node in nodes if node.act == "in" for each in node.value]
    written = [node.value for node in nodes if node.act == "literal"]
    return tuple(dict.fromkeys(each for each in (*written, *listed) if isinstance(each, str)))


def constant(key: str, data_type: DataType) -> Any:
    if data_type is DataType.INTEGER:
        return z3.ToReal(z3.Int(key))
    if data_type is DataType.DATE:
        return z3.Int(key) * DAY
    return CONSTANTS[data_type.family](key)


CONSTANTS: dict[Family, Callable[[str], Any]] = {
    Family.TEXT: z3.String,
    Family.NUMBER: z3.Real,
    Family.BOOLEAN: z3.Bool,
    Family.TIME: z3.Int,
    Family.LIST: z3.Bool,
}


def written(value: Any, family: Family) -> Any:
    if family is Family.TEXT:
        return z3.StringVal(
            "".join(each if each.isalnum() and each.isascii() else f"\\u{{{ord(each):x}}}" for each in value)
        )
    if family is Family.BOOLEAN:
        return z3.BoolVal(value)
    return real(value) if family is Family.NUMBER else z3.IntVal(value)


def real(value: float) -> Any:
    return z3.RealVal(repr(value))


def absolute(value: Any) -> Any:
    return z3.If(value >= 0, value, -value)


# --- acts -----------------------------------------------------------------------------------------------------------


def _is(term: Term, answer: bool) -> Any:
    return z3.And(term.known, term.value if answer else z3.Not(term.value))


def _and(left: Term, right: Term) -> Term:
    is_false = z3.Or(_is(left, False), _is(right, False))
    return Term(z3.Or(is_false, z3.And(left.known, right.known)), z3.And(left.value, right.value))


def _or(left: Term, right: Term) -> Term:
    is_true = z3.Or(_is(left, True), _is(right, True))
    return Term(z3.Or(is_true, z3.And(left.known, right.known)), z3.Or(left.value, right.value))


def _if(test: Term, yes: Term, no: Term) -> Term:
    known = z3.And(test.known, z3.If(test.value, yes.known, no.known))
    return Term(known, z3.If(test.value, yes.value, no.value))


LOGIC: dict[str, Callable[..., Term]] = {
    "and": _and,
    "or": _or,
    "if": _if,
    "not": lambda part: Term(part.known, z3.Not(part.value)),
    "known": lambda part: Term(z3.BoolVal(True), part.known),
    "blank": lambda part: Term(z3.BoolVal(True), z3.Not(part.known)),
}
ACTS: dict[str, Callable[..., Any]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "starts": lambda text, start: z3.PrefixOf(start, text),
    "ends": lambda text, end: z3.SuffixOf(end, text),
    "contains": z3.Contains,
    "join": z3.Concat,
    "negative": lambda number: -number,
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "between": lambda left, right: left - right,
    "span+": lambda left, right: left + right,
    "span-": lambda left, right: left - right,
}
