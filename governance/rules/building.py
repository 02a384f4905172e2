"""The small builder of criteria: a field, a comparison and a value become one line of the criteria language."""

from __future__ import annotations

import json
import re

from blueprint.expressions.fields import Catalogue, DataType, Family, Field

# comparison → (label, families it is for, whether it needs a value)
COMPARISONS: dict[str, tuple[str, frozenset[Family], bool]] = {
    "known": ("is filled in", frozenset(Family), False),
    "blank": ("is blank", frozenset(Family), False),
    "is": ("is", frozenset({Family.TEXT, Family.NUMBER}), True),
    "is_not": ("is not", frozenset({Family.TEXT, Family.NUMBER}), True),
    "one_of": ("is one of (a, b, c)", frozenset({Family.TEXT, Family.NUMBER}), True),
    "contains": ("contains", frozenset({Family.TEXT}), True),
    "starts": ("starts with", frozenset({Family.TEXT}), True),
    "at_least": ("is at least", frozenset({Family.NUMBER}), True),
    "more": ("is more than", frozenset({Family.NUMBER}), True),
    "at_most": ("is at most", frozenset({Family.NUMBER}), True),
    "less": ("is less than", frozenset({Family.NUMBER}), True),
    "yes": ("is yes", frozenset({Family.BOOLEAN}), False),
    "no": ("is no", frozenset({Family.BOOLEAN}), False),
    "before": ("is before (2026-12-31)", frozenset({Family.TIME}), True),
    "after": ("is on or after (2026-12-31)", frozenset({Family.TIME}), True),
    "within": ("is within the last days", frozenset({Family.TIME}), True),
}
SIGNS = {"is": "==", "is_not": "!=", "at_least": ">=", "more": ">", "at_most": "<=", "less": "<"}
TESTS = {"contains": "contains", "starts": "startsWith"}
NUMBER = re.compile(r"-?[0-9]{1,15}([.][0-9]{1,9})?")


class CannotBuild(ValueError):
    """What was chosen does not make a line, with the reason."""


def build(catalogue: Catalogue, key: str, comparison: str, value: str) -> tuple[str, str]:
    """The label and the expression of one line. Raises CannotBuild."""
    if key not in catalogue:
        raise CannotBuild("Choose a field.")
    field = catalogue.field(key)
    if comparison not in COMPARISONS or field.data_type.family not in COMPARISONS[comparison][1]:
        raise CannotBuild(f"“{field.label}” cannot be compared like that.")
    words, _, needs_value = COMPARISONS[comparison]
    if needs_value and not value.strip():
        raise CannotBuild("Give a value to compare with.")
    words = words.split(" (")[0]
    label = f"{field.label} {words} {value.strip()}".strip() if needs_value else f"{field.label} {words}"
    return label[:160], _expression(field, comparison, value.strip())


def _expression(field: Field, comparison: str, value: str) -> str:
    key = field.key
    if comparison in ("known", "blank"):
        return f"{comparison}({key})"
    if comparison in ("yes", "no"):
        return key if comparison == "yes" else f"!{key}"
    if comparison in ("before", "after"):
        written = f'date("{_plain(value)}")'
        return f"{key} {'<' if comparison == 'before' else '>='} {written}"
    if comparison == "within":
        return f"{key} >= now - days({_number(value)})"
    if comparison == "one_of":
        each = [part.strip() for part in value.split(",") if part.strip()]
        return f"{key} in [{', '.join(_value(field, part) for part in each)}]"
    if comparison in TESTS:
        return f"{key}.{TESTS[comparison]}({_quoted(value)})"
    return f"{key} {SIGNS[comparison]} {_value(field, value)}"


def _value(field: Field, value: str) -> str:
    if field.data_type.family is Family.NUMBER:
        return "mql_threshold" if value == "mql_threshold" else _number(value)
    if field.data_type is DataType.CHOICE and field.options:
        found = [option for option in field.options if option.casefold() == value.casefold()]
        return _quoted(found[0] if found else value)
    return _quoted(value)


def _number(value: str) -> str:
    if not NUMBER.fullmatch(value):
        raise CannotBuild(f"“{value[:40]}” is not a number.")
    return value


def _plain(value: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise CannotBuild("Write the day like 2026-12-31.")
    return value


def _quoted(value: str) -> str:
    """Text in the quotes of the criteria language, whose escapes are those of JSON."""
    return json.dumps(value, ensure_ascii=False)
