"""Building the tree of a checked expression. Everything the language has is built here; the rest is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from blueprint.expressions.ast import Node, as_day, as_instant
from blueprint.expressions.check import check
from blueprint.expressions.fields import Catalogue, DataType, Family
from blueprint.expressions.source import BadExpression, Wording

LONGEST_SPAN = 36_525 * 86_400_000_000  # microseconds; a hundred years keeps moved dates inside both readers' range
MOST_PRODUCTS = 6  # × and ÷ in one sum: with numbers within LEAST and MOST no double can overflow or vanish
DURATION = re.compile(r"(?=.)(?:([0-9]{1,7})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,11})s)?")

LOGIC = {"_&&_": "and", "_||_": "or", "!_": "not"}
COMPARISONS = {"_==_": "=", "_!=_": "<>", "_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">="}
TEXT_TESTS = {"startsWith": "starts", "endsWith": "ends", "contains": "contains"}
SPANS = {"days": 86_400_000_000, "hours": 3_600_000_000, "minutes": 60_000_000}
ARITHMETIC = {"_+_": "+", "_-_": "-", "_*_": "*", "_/_": "/"}
LITERALS = {"string_value": Family.TEXT, "double_value": Family.NUMBER, "bool_value": Family.BOOLEAN}
CHOSEN = (DataType.CHOICE, DataType.CHOICES)
WRITTEN = {"date": ("2026-03-31", as_day), "timestamp": ("2026-03-31T09:00:00Z", as_instant)}


@lru_cache(maxsize=8192)
def read(catalogue: Catalogue, typed: str, family: Family = Family.BOOLEAN) -> Node:
    """The tree of a test that answers yes, no or unknown; or of something else, by its family. Raises BadExpression."""
    wording, checked = check(catalogue, typed)
    positions = {each.key: each.value for each in checked.source_info.positions}
    node = _Builder(catalogue, wording, positions).build(checked.expr)
    if node.family is not family:
        wanted = "a test that answers yes or no" if family is Family.BOOLEAN else family
        raise wording.refuse(f"This must be {wanted}; it is {node.family}.", 0)
    return node


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
            data_type = self.catalogue.field(key).data_type
            return Node("field", data_type.family, value=key, is_day=data_type is DataType.DATE)
        if kind == "call":
            return self._call(expr)
        raise self._refuse(expr, "This is not part of the criteria language.")

    def _refuse(self, expr: Any, message: str) -> BadExpression:
        return self.wording.refuse_checked(message, self.positions.get(expr.id, 0))

    def _literal(self, expr: Any) -> Node:
        kind = expr.const.WhichOneof("kind")
        if kind not in LITERALS:
            raise self._refuse(expr, "This kind of value is not part of the criteria language.")
        value = getattr(expr.const, kind)
        if kind == "string_value" and "\0" in value:
            raise self._refuse(expr, "Text cannot hold a zero character.")
        return Node("literal", LITERALS[kind], value=value)

    def _call(self, expr: Any) -> Node:
        name, given = expr.call.function, list(expr.call.args)
        if expr.call.HasField("target"):
            given.insert(0, expr.call.target)
        if name == "@in":
            return self._membership(expr, *given)
        build = ACTS.get(name)
        if build is None:
            raise self._refuse(expr, f"“{name.strip('_@')}” is not part of the criteria language.")
        return build(self, expr, name, *map(self.build, given))

    def _logic(self, expr: Any, name: str, *parts: Node) -> Node:
        return Node(LOGIC[name], Family.BOOLEAN, self._of_family(expr, parts, Family.BOOLEAN))

    def _comparison(self, expr: Any, name: str, left: Node, right: Node) -> Node:
        if Family.LIST in (left.family, right.family):
            raise self._refuse(expr, 'Ask for one of several values as "Price" in field.')
        if left.family is not right.family:
            raise self._refuse(expr, f"{left.family} cannot be compared with {right.family}.".capitalize())
        if left.family is Family.BOOLEAN and name not in ("_==_", "_!=_"):
            raise self._refuse(expr, "Yes and no have no order; use == or !=.")
        self._check_options(expr, left, [right])
        self._check_options(expr, right, [left])
        return Node(COMPARISONS[name], Family.BOOLEAN, (left, right))

    def _membership(self, expr: Any, asked: Any, among: Any) -> Node:
        item = self.build(asked)
        if among.WhichOneof("kind") == "ident":
            return self._held(expr, item, self.build(among))
        if among.WhichOneof("kind") != "list" or not among.list.elements:
            raise self._refuse(expr, 'Write the list itself after “in”, such as ["US", "CA"].')
        if item.family not in (Family.TEXT, Family.NUMBER):
            raise self._refuse(expr, "“in” is for text and numbers.")
        members = [self.build(each) for each in among.list.elements]
        for member, written in zip(members, among.list.elements, strict=True):
            if member.act != "literal" or member.family is not item.family:
                raise self._refuse(written, f"Every item of this list must be {item.family}, written out.")
        self._check_options(expr, item, members)
        return Node("in", Family.BOOLEAN, (item,), tuple(member.value for member in members))

    def _held(self, expr: Any, item: Node, among: Node) -> Node:
        """Whether a field that holds several values holds this one."""
        if among.family is not Family.LIST:
            raise self._refuse(expr, f"{among.value} does not hold several values.")
        if item.act != "literal" or item.family is not Family.TEXT:
            raise self._refuse(expr, 'Write the value itself before “in”, such as "Price" in field.')
        self._check_options(expr, among, [item])
        return Node("has", Family.BOOLEAN, (among, item))

    def _check_options(self, expr: Any, node: Node, others: list[Node]) -> None:
        """A choice compared with something that is none of its options is a slip of the pen."""
        field = self.catalogue.field(node.value) if node.act == "field" else None
        if field is None or field.data_type not in CHOSEN or not field.options:
            return
        for other in others:
            if other.act == "literal" and other.value not in field.options:
                options = ", ".join(field.options)
                raise self._refuse(expr, f"“{other.value}” is not an option of {field.key}; the options are {options}.")

    def _text_test(self, expr: Any, name: str, *parts: Node) -> Node:
        return Node(TEXT_TESTS[name], Family.BOOLEAN, self._of_family(expr, parts, Family.TEXT))

    def _lower(self, expr: Any, name: str, part: Node) -> Node:
        return Node("lower", Family.TEXT, (part,))

    def _known(self, expr: Any, name: str, asked: Node) -> Node:
        if asked.act != "field":
            raise self._refuse(expr, f"{name}() asks about a field, such as {name}(email).")
        return Node(name, Family.BOOLEAN, (asked,))

    def _choice(self, expr: Any, name: str, test: Node, yes: Node, no: Node) -> Node:
        if test.family is not Family.BOOLEAN or yes.family is not no.family or yes.family is Family.LIST:
            raise self._refuse(expr, "“? :” needs a test and two values of one type.")
        return Node("if", yes.family, (test, yes, no))

    def _negative(self, expr: Any, name: str, part: Node) -> Node:
        self._of_family(expr, (part,), Family.NUMBER)
        if part.act == "literal":
            return Node("literal", Family.NUMBER, value=-part.value)
        return Node("negative", Family.NUMBER, (part,))

    def _arithmetic(self, expr: Any, name: str, left: Node, right: Node) -> Node:
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

    def _span(self, expr: Any, name: str, length: Node) -> Node:
        if length.act != "literal":
            raise self._refuse(expr, f"{name}() needs a written number, such as {name}(30).")
        return self._written_span(expr, round(length.value * SPANS[name]))

    def _duration(self, expr: Any, name: str, *parts: Node) -> Node:
        found = DURATION.fullmatch(self._written(expr, name, parts, "36h"))
        if not found:
            raise self._refuse(expr, 'A duration is written in hours, minutes and seconds: duration("36h"), "1h30m".')
        hours, minutes, seconds = (int(each or 0) for each in found.groups())
        return self._written_span(expr, (hours * 3600 + minutes * 60 + seconds) * 1_000_000)

    def _moment(self, expr: Any, name: str, *parts: Node) -> Node:
        example, understood = WRITTEN[name]
        written = self._written(expr, name, parts, example)
        value = understood(written)
        if value is None:
            with_zone = "" if name == "date" else ", with its zone"
            raise self._refuse(expr, f"“{written}” is not a {name}; write it as {example}{with_zone}.")
        return Node("literal", Family.TIME, value=value, is_day=name == "date")

    def _written(self, expr: Any, name: str, parts: tuple[Node, ...], example: str) -> str:
        first = parts[0]
        if len(parts) != 1 or first.act != "literal" or not isinstance(first.value, str):
            raise self._refuse(expr, f'{name}() needs a written value, such as {name}("{example}").')
        return first.value

    def _of_family(self, expr: Any, parts: tuple[Node, ...], family: Family) -> tuple[Node, ...]:
        if any(part.family is not family for part in parts):
            raise self._refuse(expr, f"This needs {family}.")
        return parts


ACTS: dict[str, Callable[..., Node]] = {
    **dict.fromkeys(LOGIC, _Builder._logic),
    **dict.fromkeys(COMPARISONS, _Builder._comparison),
    **dict.fromkeys(TEXT_TESTS, _Builder._text_test),
    **dict.fromkeys(ARITHMETIC, _Builder._arithmetic),
    **dict.fromkeys(SPANS, _Builder._span),
    **dict.fromkeys(("known", "blank"), _Builder._known),
    **dict.fromkeys(WRITTEN, _Builder._moment),
    "duration": _Builder._duration,
    "lower": _Builder._lower,
    "-_": _Builder._negative,
    "_?_:_": _Builder._choice,
}
