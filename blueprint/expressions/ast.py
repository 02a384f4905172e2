"""The checked expression as a small typed tree: the one thing both readers walk, so that neither reads text.

Everything the language has is built here; what is not built here is refused when the expression is saved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from blueprint.expressions.check import check
from blueprint.expressions.fields import Catalogue, DataType, Family
from blueprint.expressions.source import BadExpression, Wording

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LONGEST_SPAN = 36_525 * 86_400_000_000  # microseconds; a hundred years keeps moved dates inside both readers' range
MOST_PRODUCTS = 6  # × and ÷ in one sum: with numbers within LEAST and MOST no double can overflow or vanish
LEAST, MOST = 1e-9, 1e15  # a number beyond these is unknown to both readers

# One spelling of a day and of an instant, the latter always with its zone. PostgreSQL reads these patterns too.
DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
INSTANT = DAY + "[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
DAY_WRITTEN, INSTANT_WRITTEN = re.compile(DAY), re.compile(INSTANT)
DURATION = re.compile(r"(?=.)(?:([0-9]{1,7})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,11})s)?")


@dataclass(frozen=True, slots=True)
class Node:
    """One step. `value` is a literal's value, a field's key, a list's values, or the microseconds a date is moved by.

    Instants are microseconds since 1970 in UTC, lengths of time are microseconds, numbers are doubles.
    """

    act: str
    family: Family
    parts: tuple[Node, ...] = ()
    value: Any = None

    def walk(self) -> Iterator[Node]:
        """This node and everything under it."""
        yield self
        for part in self.parts:
            yield from part.walk()


@lru_cache(maxsize=8192)
def read(catalogue: Catalogue, typed: str) -> Node:
    """The tree of a test that answers yes, no or unknown. Raises BadExpression."""
    wording, checked = check(catalogue, typed)
    positions = {each.key: each.value for each in checked.source_info.positions}
    node = _Builder(catalogue, wording, positions).build(checked.expr)
    if node.family is not Family.BOOLEAN:
        raise wording.refuse(f"This must be a test that answers yes or no; it is {node.family}.", 0)
    return node


def instant(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def day(on: date) -> int:
    """Microseconds since 1970 of a day's beginning in UTC."""
    return (on.toordinal() - 719_163) * 86_400_000_000


COMPARISONS = {"_==_": "=", "_!=_": "<>", "_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">="}
TEXT_TESTS = {"startsWith": "starts", "endsWith": "ends", "contains": "contains"}
SPANS = {"days": 86_400_000_000, "hours": 3_600_000_000, "minutes": 60_000_000}
ARITHMETIC = {"_+_": "+", "_-_": "-", "_*_": "*", "_/_": "/"}


class _Builder:
    def __init__(self, catalogue: Catalogue, wording: Wording, positions: dict[int, int]) -> None:
        self.catalogue, self.wording, self.positions = catalogue, wording, positions

    def build(self, expr: Any) -> Node:
        kind = expr.WhichOneof("kind")
        if kind == "const":
            return self._literal(expr)
        if kind == "ident":
            key = expr.ident.name
            if key not in self.catalogue:
                raise self._refuse(expr, f"“{key}” is not a field.")
            return Node("field", self.catalogue.field(key).data_type.family, value=key)
        if kind == "call":
            return self._call(expr)
        raise self._refuse(expr, "This is not part of the criteria language.")

    def _refuse(self, expr: Any, message: str) -> BadExpression:
        return self.wording.refuse_checked(message, self.positions.get(expr.id, 0))

    def _literal(self, expr: Any) -> Node:
        kind = expr.const.WhichOneof("kind")
        if kind == "string_value":
            if "\0" in expr.const.string_value:
                raise self._refuse(expr, "Text cannot hold a zero character.")
            return Node("literal", Family.TEXT, value=expr.const.string_value)
        if kind == "double_value":
            return Node("literal", Family.NUMBER, value=expr.const.double_value)
        if kind == "bool_value":
            return Node("literal", Family.BOOLEAN, value=expr.const.bool_value)
        raise self._refuse(expr, "This kind of value is not part of the criteria language.")

    def _call(self, expr: Any) -> Node:
        name, given = expr.call.function, list(expr.call.args)
        if expr.call.HasField("target"):
            given.insert(0, expr.call.target)
        build = self._acts().get(name)
        if build is None:
            raise self._refuse(expr, f"“{name.strip('_@')}” is not part of the criteria language.")
        return build(expr, name, given)

    def _acts(self) -> dict[str, Callable[[Any, str, list[Any]], Node]]:
        return {
            **dict.fromkeys(("_&&_", "_||_", "!_"), self._logic),
            **dict.fromkeys(COMPARISONS, self._comparison),
            **dict.fromkeys(TEXT_TESTS, self._text_test),
            **dict.fromkeys(ARITHMETIC, self._arithmetic),
            **dict.fromkeys(SPANS, self._span),
            **dict.fromkeys(("known", "blank"), self._known),
            **dict.fromkeys(("date", "timestamp"), self._moment),
            "duration": self._duration,
            "lower": lambda expr, name, given: Node("lower", Family.TEXT, (self.build(given[0]),)),
            "-_": self._negative,
            "_?_:_": self._choice,
            "@in": self._membership,
        }

    def _logic(self, expr: Any, name: str, given: list[Any]) -> Node:
        act = {"_&&_": "and", "_||_": "or", "!_": "not"}[name]
        return Node(act, Family.BOOLEAN, self._of_family(expr, given, Family.BOOLEAN))

    def _comparison(self, expr: Any, name: str, given: list[Any]) -> Node:
        left, right = self.build(given[0]), self.build(given[1])
        if left.family is not right.family:
            raise self._refuse(expr, f"{left.family} cannot be compared with {right.family}.".capitalize())
        if left.family is Family.BOOLEAN and name not in ("_==_", "_!=_"):
            raise self._refuse(expr, "Yes and no have no order; use == or !=.")
        self._check_options(expr, left, [right])
        self._check_options(expr, right, [left])
        return Node(COMPARISONS[name], Family.BOOLEAN, (left, right))

    def _membership(self, expr: Any, name: str, given: list[Any]) -> Node:
        item = self.build(given[0])
        if given[1].WhichOneof("kind") != "list" or not given[1].list.elements:
            raise self._refuse(expr, 'Write the list itself after “in”, such as ["US", "CA"].')
        if item.family not in (Family.TEXT, Family.NUMBER):
            raise self._refuse(expr, "“in” is for text and numbers.")
        members = [self.build(each) for each in given[1].list.elements]
        for member, written in zip(members, given[1].list.elements, strict=True):
            if member.act != "literal" or member.family is not item.family:
                raise self._refuse(written, f"Every item of this list must be {item.family}, written out.")
        self._check_options(expr, item, members)
        return Node("in", Family.BOOLEAN, (item,), tuple(member.value for member in members))

    def _check_options(self, expr: Any, node: Node, others: list[Node]) -> None:
        """A choice compared with something that is none of its options is a slip of the pen."""
        field = self.catalogue.field(node.value) if node.act == "field" else None
        if field is None or field.data_type is not DataType.CHOICE or not field.options:
            return
        for other in others:
            if other.act == "literal" and other.value not in field.options:
                options = ", ".join(field.options)
                raise self._refuse(expr, f"“{other.value}” is not an option of {field.key}; the options are {options}.")

    def _text_test(self, expr: Any, name: str, given: list[Any]) -> Node:
        return Node(TEXT_TESTS[name], Family.BOOLEAN, self._of_family(expr, given, Family.TEXT))

    def _known(self, expr: Any, name: str, given: list[Any]) -> Node:
        asked = self.build(given[0])
        if asked.act != "field":
            raise self._refuse(expr, f"{name}() asks about a field, such as {name}(email).")
        return Node(name, Family.BOOLEAN, (asked,))

    def _choice(self, expr: Any, name: str, given: list[Any]) -> Node:
        test, yes, no = (self.build(each) for each in given)
        if test.family is not Family.BOOLEAN or yes.family is not no.family:
            raise self._refuse(expr, "“? :” needs a test and two values of one type.")
        return Node("if", yes.family, (test, yes, no))

    def _negative(self, expr: Any, name: str, given: list[Any]) -> Node:
        (part,) = self._of_family(expr, given, Family.NUMBER)
        if part.act == "literal":
            return Node("literal", Family.NUMBER, value=-part.value)
        return Node("negative", Family.NUMBER, (part,))

    def _arithmetic(self, expr: Any, name: str, given: list[Any]) -> Node:
        left, right = self.build(given[0]), self.build(given[1])
        act, families = ARITHMETIC[name], {left.family, right.family}
        if families == {Family.TEXT} and act == "+":
            return Node("join", Family.TEXT, (left, right))
        if families == {Family.NUMBER}:
            node = Node(act, Family.NUMBER, (left, right))
            if sum(each.act in "*/" for each in node.walk()) > MOST_PRODUCTS:
                raise self._refuse(expr, f"At most {MOST_PRODUCTS} multiplications and divisions in one sum.")
            return node
        if act in "+-" and families <= {Family.TIME, Family.SPAN}:
            return self._time_arithmetic(expr, act, left, right)
        raise self._refuse(expr, f"“{act}” cannot go between {left.family} and {right.family}.")

    def _time_arithmetic(self, expr: Any, act: str, left: Node, right: Node) -> Node:
        """Date − date is a length; length ± length is a length; a date moves by a written length only, so that
        no date can leave the range both readers know."""
        if left.family is Family.TIME and right.family is Family.TIME and act == "-":
            return Node("between", Family.SPAN, (left, right))
        if left.family is Family.SPAN and right.family is Family.SPAN:
            if left.act == right.act == "literal":
                return self._written_span(expr, left.value + (right.value if act == "+" else -right.value))
            return Node("span" + act, Family.SPAN, (left, right))
        if right.family is Family.TIME and act == "+":
            left, right = right, left
        if left.family is not Family.TIME or right.family is not Family.SPAN:
            raise self._refuse(expr, "A date can be taken from a date, and moved by a length of time.")
        if right.act != "literal":
            raise self._refuse(expr, "A date can be moved by a written length only, such as days(30).")
        by = right.value if act == "+" else -right.value
        start = left.parts[0] if left.act == "moved" else left
        total = by + (left.value if left.act == "moved" else 0)
        return Node("moved", Family.TIME, (start,), self._written_span(expr, total).value)

    def _written_span(self, expr: Any, microseconds: int) -> Node:
        if abs(microseconds) > LONGEST_SPAN:
            raise self._refuse(expr, "A length of time is at most a hundred years.")
        return Node("literal", Family.SPAN, value=microseconds)

    def _span(self, expr: Any, name: str, given: list[Any]) -> Node:
        length = self.build(given[0])
        if length.act != "literal":
            raise self._refuse(expr, f"{name}() needs a written number, such as {name}(30).")
        return self._written_span(expr, round(length.value * SPANS[name]))

    def _duration(self, expr: Any, name: str, given: list[Any]) -> Node:
        found = DURATION.fullmatch(self._written(expr, name, given, "36h"))
        if not found:
            raise self._refuse(expr, 'A duration is written in hours, minutes and seconds: duration("36h"), "1h30m".')
        hours, minutes, seconds = (int(each or 0) for each in found.groups())
        return self._written_span(expr, (hours * 3600 + minutes * 60 + seconds) * 1_000_000)

    def _moment(self, expr: Any, name: str, given: list[Any]) -> Node:
        written = self._written(expr, name, given, "2026-03-31" if name == "date" else "2026-03-31T09:00:00Z")
        value = as_day(written) if name == "date" else as_instant(written)
        if value is None:
            shape = "2026-03-31" if name == "date" else "2026-03-31T09:00:00Z, with its zone"
            raise self._refuse(expr, f"“{written}” is not a {name}; write it as {shape}.")
        return Node("literal", Family.TIME, value=value)

    def _written(self, expr: Any, name: str, given: list[Any], example: str) -> str:
        node = self.build(given[0])
        if len(given) != 1 or node.act != "literal" or not isinstance(node.value, str):
            raise self._refuse(expr, f'{name}() needs a written value, such as {name}("{example}").')
        return node.value

    def _of_family(self, expr: Any, given: list[Any], family: Family) -> tuple[Node, ...]:
        parts = tuple(self.build(each) for each in given)
        if any(part.family is not family for part in parts):
            raise self._refuse(expr, f"This needs {family}.")
        return parts


def as_day(written: str) -> int | None:
    """The instant a written day begins in UTC, or None if it is no day of the calendar."""
    if not DAY_WRITTEN.fullmatch(written):
        return None
    try:
        return day(date.fromisoformat(written))
    except ValueError:
        return None


def as_instant(written: str) -> int | None:
    """The written instant, or None if it is none or does not tell its zone."""
    if not INSTANT_WRITTEN.fullmatch(written):
        return None
    try:
        return instant(datetime.fromisoformat(written))
    except (ValueError, OverflowError):
        return None
