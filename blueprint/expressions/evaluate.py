"""The checked tree as Python calls: how one record's facts are read, and what each act answers. None is unknown."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from blueprint.expressions.amounts import MONEY, asks_no_rate, converted
from blueprint.expressions.ast import LEAST, MOST, Node, as_day, as_instant, day
from blueprint.expressions.fields import Catalogue, DataType, Family
from blueprint.expressions.wall_clock import COMPARED, clock_of, is_by_days
from core.businesstime.instants import instant_of

Facts = Mapping[str, Any]
Reader = Callable[[Facts], Any]


def reader(node: Node, catalogue: Catalogue, *, converts: bool = False, by_days: bool = False) -> Reader:
    """What to call with a record's facts to have this node's value, or None where it is unknown. `converts`: money is
    read in the reporting currency; `by_days`: instants are what the clocks of the workspace show."""
    if by_days and node.family is Family.TIME and not node.parts and not node.is_day:
        instant = reader(node, catalogue)
        return lambda facts: clock_of(instant(facts), facts)
    key = value = node.value
    if node.act == "field":
        understood = READ.get(catalogue.field(key).data_type, _text)
        if converts and key in MONEY:
            return lambda facts: understood(converted(facts, key))
        return lambda facts: understood(facts.get(key))
    if node.act == "literal":
        return lambda facts: value
    converts = converts and not asks_no_rate(node)
    by_days = is_by_days(node) if node.act in COMPARED else by_days
    act, parts = ACTS[node.act], [reader(part, catalogue, converts=converts, by_days=by_days) for part in node.parts]
    if node.act in ("in", "moved"):
        (only,) = parts
        return lambda facts: act(only(facts), value)
    if len(parts) == 2:
        left, right = parts
        return lambda facts: act(left(facts), right(facts))
    return lambda facts: act(*[part(facts) for part in parts])


# --- facts ----------------------------------------------------------------------------------------------------------


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, UUID) else None


def _number(value: Any) -> float | None:
    if value is None or isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if LEAST <= abs(number) <= MOST or number == 0 else None


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _day(value: Any) -> int | None:
    if isinstance(value, str):
        return as_day(value)
    return day(value) if isinstance(value, date) and not isinstance(value, datetime) else None


def read_instant(value: Any) -> int | None:
    """Microseconds since 1970 of a fact that is an instant or is written as one, else None."""
    if isinstance(value, str):
        return as_instant(value)
    if not isinstance(value, datetime):
        return None
    return instant_of(value if value.tzinfo else value.replace(tzinfo=UTC))


def _several(value: Any) -> list[Any] | None:
    return value if isinstance(value, list) and value else None


READ: dict[DataType, Callable[[Any], Any]] = {
    DataType.NUMBER: _number,
    DataType.INTEGER: _number,
    DataType.BOOLEAN: _boolean,
    DataType.DATE: _day,
    DataType.DATETIME: read_instant,
    DataType.CHOICES: _several,
}


# --- acts: what they answer for values, of which each may be unknown --------------------------------------------------


def _and(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _or(left: bool | None, right: bool | None) -> bool | None:
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def _if(test: bool | None, yes: Any, no: Any) -> Any:
    return None if test is None else yes if test else no


CAPITALS = {letter: letter + 32 for letter in range(ord("A"), ord("Z") + 1)}


def small_letters(text: str) -> str:
    """The letters A to Z made small; other scripts stay, since databases differ about them."""
    return text.lower() if text.isascii() else text.translate(CAPITALS)


def _strict(act: Callable[..., Any]) -> Callable[..., Any]:
    """The act, unknown as soon as a value is."""
    return lambda *values: None if None in values else act(*values)


ACTS: dict[str, Callable[..., Any]] = {
    "and": _and,
    "or": _or,
    "if": _if,
    "known": lambda value: value is not None,
    "blank": lambda value: value is None,
    "not": _strict(operator.not_),
    "=": _strict(operator.eq),
    "<>": _strict(operator.ne),
    "<": _strict(operator.lt),
    "<=": _strict(operator.le),
    ">": _strict(operator.gt),
    ">=": _strict(operator.ge),
    "in": _strict(lambda value, among: value in among),
    "has": _strict(operator.contains),
    "starts": _strict(str.startswith),
    "ends": _strict(str.endswith),
    "contains": _strict(operator.contains),
    "lower": _strict(small_letters),
    "join": _strict(operator.add),
    "negative": _strict(operator.neg),
    "+": _strict(operator.add),
    "-": _strict(operator.sub),
    "*": _strict(operator.mul),
    "/": _strict(lambda dividend, divisor: dividend / divisor if divisor else None),
    "moved": _strict(operator.add),
    "between": _strict(operator.sub),
    "span+": _strict(operator.add),
    "span-": _strict(operator.sub),
}
