"""The checked tree as Python calls: how one record's facts are read, and what each act answers. None is unknown."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from blueprint.expressions.ast import LEAST, MOST, Node, as_day, as_instant, day, instant
from blueprint.expressions.fields import Catalogue, DataType

Facts = Mapping[str, Any]
Reader = Callable[[Facts], Any]


def reader(node: Node, catalogue: Catalogue) -> Reader:
    """What to call with a record's facts to have this node's value, or None where it is unknown."""
    if node.act == "field":
        return _field(node.value, catalogue.field(node.value).data_type)
    if node.act == "literal":
        return _literal(node.value)
    parts = [reader(part, catalogue) for part in node.parts]
    if node.act in SPECIAL:
        return SPECIAL[node.act](*parts)
    if node.act in WITH_VALUE:
        return WITH_VALUE[node.act](parts[0], node.value)
    return _strict(STRICT[node.act], *parts)


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
    return instant(value if value.tzinfo else value.replace(tzinfo=UTC))


READ: dict[DataType, Callable[[Any], Any]] = {
    DataType.NUMBER: _number,
    DataType.INTEGER: _number,
    DataType.BOOLEAN: _boolean,
    DataType.DATE: _day,
    DataType.DATETIME: read_instant,
}


def _field(key: str, data_type: DataType) -> Reader:
    understood: Callable[[Any], Any] = READ.get(data_type, _text)

    def read(facts: Facts) -> Any:
        return understood(facts.get(key))

    return read


def _literal(value: Any) -> Reader:
    def read(facts: Facts) -> Any:
        return value

    return read


# --- acts that answer though a part is unknown ----------------------------------------------------------------------


def _and(left: Reader, right: Reader) -> Reader:
    def read(facts: Facts) -> bool | None:
        a = left(facts)
        if a is False:
            return False
        b = right(facts)
        return False if b is False else (True if a and b else None)

    return read


def _or(left: Reader, right: Reader) -> Reader:
    def read(facts: Facts) -> bool | None:
        a = left(facts)
        if a is True:
            return True
        b = right(facts)
        return True if b is True else (None if a is None or b is None else False)

    return read


def _if(test: Reader, yes: Reader, no: Reader) -> Reader:
    def read(facts: Facts) -> Any:
        answer = test(facts)
        return None if answer is None else (yes(facts) if answer else no(facts))

    return read


SPECIAL: dict[str, Callable[..., Reader]] = {
    "and": _and,
    "or": _or,
    "if": _if,
    "known": lambda asked: lambda facts: asked(facts) is not None,
    "blank": lambda asked: lambda facts: asked(facts) is None,
}


# --- acts that are unknown as soon as a part is ---------------------------------------------------------------------


def _strict(act: Callable[..., Any], left: Reader, right: Reader | None = None) -> Reader:
    if right is None:

        def read_one(facts: Facts) -> Any:
            a = left(facts)
            return None if a is None else act(a)

        return read_one

    def read_two(facts: Facts) -> Any:
        a = left(facts)
        if a is None:
            return None
        b = right(facts)
        return None if b is None else act(a, b)

    return read_two


def _in(item: Reader, values: tuple[Any, ...]) -> Reader:
    members = frozenset(values)
    return _strict(members.__contains__, item)


def _moved(start: Reader, microseconds: int) -> Reader:
    return _strict(lambda moment: moment + microseconds, start)


WITH_VALUE: dict[str, Callable[[Reader, Any], Reader]] = {"in": _in, "moved": _moved}

CAPITALS = {letter: letter + 32 for letter in range(ord("A"), ord("Z") + 1)}


def _lower(text: str) -> str:
    """The letters A to Z made small; other scripts stay, since databases differ about them."""
    return text.lower() if text.isascii() else text.translate(CAPITALS)


def _divided(dividend: float, divisor: float) -> float | None:
    return dividend / divisor if divisor else None


STRICT: dict[str, Callable[..., Any]] = {
    "not": operator.not_,
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "starts": str.startswith,
    "ends": str.endswith,
    "contains": operator.contains,
    "lower": _lower,
    "join": operator.add,
    "negative": operator.neg,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divided,
    "between": operator.sub,
    "span+": operator.add,
    "span-": operator.sub,
}
