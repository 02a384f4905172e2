"""Conditions as the builder shows them: groups of tests, all or any of which hold; to and from the criteria language.

`condition_of` opens an expression only when what would be written back means the same: the checked trees are compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from blueprint.expressions.ast import Node, as_day
from blueprint.expressions.build import CHOSEN, read
from blueprint.expressions.fields import Catalogue, DataType, Family, Field
from blueprint.expressions.source import BadExpression
from governance.rules.operators import MQL_THRESHOLD, OPERATORS, Operator, words_of_test

ALL, ANY = "all", "any"
DAY = 86_400_000_000  # microseconds, as the tree counts
FIRST_DAY = date(1970, 1, 1).toordinal()
NUMBER = re.compile(r"-?[0-9]{1,15}([.][0-9]{1,9})?")
DAYS = re.compile(r"[0-9]{1,5}")
LONGEST_LABEL = 160
WAYS = {"contains", "starts", "ends", "has"}
COMPARED = {"=": "is", "<>": "is_not", ">=": "at_least", ">": "more", "<=": "at_most", "<": "less"}
RELATIVE = {(">=", -1): "within", ("<", -1): "longer_ago", ("<=", 1): "ahead", (">", 1): "further"}


class CannotBuild(ValueError):
    """What was chosen makes no test, no row and no list, with the reason."""


@dataclass(frozen=True)
class Test:
    """One question about one field."""

    field: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Tests of which all or any hold."""

    join: str = ALL
    tests: tuple[Test, ...] = (Test(),)


@dataclass(frozen=True)
class Condition:
    """Groups of which all or any hold."""

    join: str
    groups: tuple[Group, ...]

    @property
    def tests(self) -> tuple[Test, ...]:
        """Every test, whatever group it is in."""
        return tuple(test for group in self.groups for test in group.tests)


# --- written ---------------------------------------------------------------------------------------------------------


def write(catalogue: Catalogue, condition: Condition) -> str:
    """The condition in the criteria language. Raises CannotBuild."""
    groups = [_joined(group.join, [_test(catalogue, each) for each in group.tests]) for group in condition.groups]
    if len(groups) == 1:
        return groups[0]
    written = [
        f"({text})" if len(group.tests) > 1 and group.join != condition.join else text
        for text, group in zip(groups, condition.groups, strict=True)
    ]
    return _joined(condition.join, written)


def words_of(catalogue: Catalogue, condition: Condition) -> str:
    """The condition as a sentence, cut to the length of a label."""
    groups = []
    for group in condition.groups:
        said = [
            words_of_test(catalogue.field(test.field).label, OPERATORS[test.operator], test.values)
            for test in group.tests
        ]
        text = (" and " if group.join == ALL else " or ").join(said)
        groups.append(f"({text})" if len(condition.groups) > 1 and len(said) > 1 else text)
    return (" and " if condition.join == ALL else " or ").join(groups)[:LONGEST_LABEL]


def _joined(join: str, parts: list[str]) -> str:
    return (" && " if join == ALL else " || ").join(parts)


def _test(catalogue: Catalogue, test: Test) -> str:
    if test.field not in catalogue or test.field in ("now", MQL_THRESHOLD):
        raise CannotBuild("Choose a field.")
    field, operator = catalogue.field(test.field), OPERATORS.get(test.operator)
    if operator is None or not operator.fits(field):
        raise CannotBuild(f"“{field.label}” cannot be compared like that.")
    values = [value.strip() for value in test.values if value.strip()]
    if operator.takes != "nothing" and not values:
        raise CannotBuild(f"Give a value to compare “{field.label}” with.")
    return _written(field, operator, values)


def _written(field: Field, operator: Operator, values: list[str]) -> str:
    key, sign = field.key, operator.sign
    if operator.only_score:
        return f"{key} {sign} {MQL_THRESHOLD}"
    if operator.key in ("known", "blank"):
        return f"{sign}({key})"
    if operator.takes == "nothing":
        return f"{sign}{key}"
    if operator.takes == "days":
        if not DAYS.fullmatch(values[0]):
            raise CannotBuild("Give a whole number of days.")
        return f"{key} {sign} days({int(values[0])})"
    if operator.takes == "values":
        listed = f"{key} in [{', '.join(_value(field, each) for each in values)}]"
        return f"!({listed})" if sign.startswith("!") else listed
    if field.data_type.family is Family.TIME:
        if as_day(values[0]) is None:
            raise CannotBuild("Write the day like 2026-12-31.")
        return f'{key} {sign} date("{values[0]}")'
    value = _value(field, values[0])
    if operator.key in ("has", "has_not"):
        return f"{value} in {key}" if operator.key == "has" else f"!({value} in {key})"
    if sign[-1].isalpha():
        return f"{'!' if sign.startswith('!') else ''}{key}.{sign.lstrip('!')}({value})"
    return f"{key} {sign} {value}"


def _value(field: Field, value: str) -> str:
    if field.data_type.family is Family.NUMBER:
        if not NUMBER.fullmatch(value):
            raise CannotBuild(f"“{value[:40]}” is not a number.")
        return value
    if field.data_type in CHOSEN and field.options:
        found = [option for option in field.options if option.casefold() == value.casefold()]
        if not found:
            raise CannotBuild(f"“{value[:40]}” is not an option of {field.label}.")
        value = found[0]
    return json.dumps(value, ensure_ascii=False)


# --- opened ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def with_threshold(catalogue: Catalogue) -> Catalogue:
    """The catalogue in which expressions may name the live MQL threshold."""
    return Catalogue((*catalogue.fields, Field(MQL_THRESHOLD, DataType.INTEGER, "MQL threshold")))


@lru_cache(maxsize=4_096)
def condition_of(catalogue: Catalogue, expression: str) -> Condition | None:
    """The condition an expression says, or None where it is not of the builder's shape."""
    known = with_threshold(catalogue)
    try:
        tree = read(known, expression)
        condition = _condition(tree)
        if condition is None or _flat(read(known, write(catalogue, condition))) != _flat(tree):
            return None
    except (BadExpression, CannotBuild):
        return None
    return condition


def _condition(tree: Node) -> Condition | None:
    if tree.act not in ("and", "or"):
        test = _test_of(tree)
        return None if test is None else Condition(ALL, (Group(ALL, (test,)),))
    join, other = (ALL, ANY) if tree.act == "and" else (ANY, ALL)
    groups: list[Group] = []
    for part in _parts(tree, tree.act):
        found = [_test_of(each) for each in (_parts(part, part.act) if part.act in ("and", "or") else [part])]
        tests = tuple(each for each in found if each is not None)
        if len(tests) != len(found):
            return None
        if part.act in ("and", "or"):
            groups.append(Group(other, tests))
        elif groups and groups[-1].join == join:
            groups[-1] = Group(join, (*groups[-1].tests, *tests))
        else:
            groups.append(Group(join, tests))
    if len(groups) == 1:
        return Condition(ALL, tuple(groups))
    return Condition(join, tuple(groups))


def _parts(tree: Node, act: str) -> Iterator[Node]:
    for part in tree.parts:
        if part.act == act:
            yield from _parts(part, act)
        else:
            yield part


def _flat(tree: Node) -> Any:
    """The tree without the nesting of ands and ors, to compare what two expressions mean."""
    if tree.act in ("and", "or"):
        return tree.act, tuple(_flat(part) for part in _parts(tree, tree.act))
    return tree.act, tree.family, tree.value, tree.is_day, tuple(_flat(part) for part in tree.parts)


def _test_of(tree: Node) -> Test | None:
    if tree.act == "not":
        inner = _test_of(tree.parts[0])
        negative = {"yes": "no", "one_of": "none_of", "contains": "contains_not", "has": "has_not"}
        return replace(inner, operator=negative[inner.operator]) if inner and inner.operator in negative else None
    if tree.act == "field":
        return Test(tree.value, "yes")
    field = tree.parts[0] if tree.parts and tree.parts[0].act == "field" else None
    if field is None:
        return None
    if tree.act in ("known", "blank"):
        return Test(field.value, tree.act)
    if tree.act == "in":
        return Test(field.value, "one_of", tuple(_plain(value) for value in tree.value))
    if tree.act in WAYS and tree.parts[1].act == "literal":
        return Test(field.value, tree.act, (str(tree.parts[1].value),))
    return _compared(tree, field, tree.parts[1]) if tree.act in COMPARED else None


def _compared(tree: Node, field: Node, other: Node) -> Test | None:
    if other.act == "field" and other.value == MQL_THRESHOLD:
        return Test(field.value, "reaches" if tree.act == ">=" else "misses")
    if other.act == "moved" and other.parts[0].value == "now":
        operator = RELATIVE.get((tree.act, 1 if other.value > 0 else -1))
        return Test(field.value, operator, (str(abs(other.value) // DAY),)) if operator else None
    if other.act != "literal" or isinstance(other.value, bool):
        return None
    if other.family is Family.TIME:
        day = date.fromordinal(FIRST_DAY + other.value // DAY).isoformat()
        return Test(field.value, "before" if tree.act == "<" else "after", (day,))
    return Test(field.value, COMPARED[tree.act], (_plain(other.value),))


def _plain(value: Any) -> str:
    """50.0 as `50`, 0.5 as `0.5`."""
    return f"{value:.9f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
