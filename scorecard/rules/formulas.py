"""Metrics made of other metrics: one expression of the criteria language over their values, reckoned in decimals."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Any

from blueprint.expressions.ast import Node
from blueprint.expressions.build import read
from blueprint.expressions.evaluate import ACTS
from blueprint.expressions.fields import CORE_KEYS, BadField, Catalogue, DataType, Family, Field, check_key
from blueprint.expressions.source import BadExpression

MOST = Decimal(10) ** 24  # a value beyond it is no figure
DIGITS = 60  # what is divided and multiplied further is not rounded on the way


class BadFormula(ValueError):
    """Why an expression is no formula."""


@lru_cache(maxsize=512)
def tree_of(expression: str, metrics: tuple[tuple[str, str], ...]) -> Node:
    """The checked expression over metrics, each as key and label. Raises BadFormula."""
    catalogue = Catalogue(Field(key, DataType.NUMBER, label) for key, label in metrics if _can_be_named(key))
    try:
        tree = read(catalogue, expression, Family.NUMBER)
    except BadExpression as bad:
        raise BadFormula(bad.message) from bad
    keys = {key for key, _ in metrics}
    for key in named_in(tree):
        if key not in keys:
            raise BadFormula(f"“{key}” is no metric.")
    return tree


def _can_be_named(key: str) -> bool:
    try:
        check_key(key)
    except BadField:
        return False
    return key not in CORE_KEYS


def named_in(tree: Node) -> tuple[str, ...]:
    """The metrics an expression is made of, in the order in which they stand."""
    return tuple(dict.fromkeys(node.value for node in tree.walk() if node.act == "field"))


def reckoned(tree: Node, values: Mapping[str, Decimal | None]) -> Decimal | None:
    """What the formula comes to, not rounded; unknown where a value it needs is, or where it divides by nothing."""
    with localcontext() as context:
        context.prec = DIGITS
        found = _value(tree, values)
        return found if found is not None and abs(found) < MOST else None


def _value(node: Node, values: Mapping[str, Decimal | None]) -> Any:
    if node.act == "field":
        return values.get(node.value)
    if node.act == "literal":
        return Decimal(repr(node.value)) if node.family is Family.NUMBER else node.value
    parts = [_value(part, values) for part in node.parts]
    return ACTS[node.act](*parts, node.value) if node.act == "in" else ACTS[node.act](*parts)
