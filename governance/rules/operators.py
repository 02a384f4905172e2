"""Operators of the condition builder: what a test may ask of a field, by the field's type, and in which words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from blueprint.expressions.fields import DataType, Field

TEXTS = frozenset({DataType.TEXT, DataType.EMAIL, DataType.URL, DataType.PERSON})
CHOICES = frozenset({DataType.CHOICE})
SEVERAL = frozenset({DataType.CHOICES})
NUMBERS = frozenset({DataType.NUMBER, DataType.INTEGER})
FLAGS = frozenset({DataType.BOOLEAN})
TIMES = frozenset({DataType.DATE, DataType.DATETIME})
EVERY = frozenset(DataType)

MQL_THRESHOLD = "mql_threshold"


@dataclass(frozen=True)
class Operator:
    """One way to ask. It takes nothing, one value, several values or a number of days; `sign` is how it is written."""

    key: str
    words: str
    types: frozenset[DataType]
    takes: str
    sign: str
    after: str = ""
    only_score: bool = False

    def fits(self, field: Field) -> bool:
        """Whether it can be asked of the field."""
        return field.data_type in self.types and (not self.only_score or field.key == "score")


OPERATORS: dict[str, Operator] = {
    each.key: each
    for each in (
        Operator("reaches", "has reached the MQL threshold", NUMBERS, "nothing", ">=", only_score=True),
        Operator("misses", "is below the MQL threshold", NUMBERS, "nothing", "<", only_score=True),
        Operator("at_least", "is at least", NUMBERS, "value", ">="),
        Operator("more", "is more than", NUMBERS, "value", ">"),
        Operator("at_most", "is at most", NUMBERS, "value", "<="),
        Operator("less", "is less than", NUMBERS, "value", "<"),
        Operator("yes", "is yes", FLAGS, "nothing", ""),
        Operator("no", "is no", FLAGS, "nothing", "!"),
        Operator("is", "is", TEXTS | CHOICES | NUMBERS, "value", "=="),
        Operator("is_not", "is not", TEXTS | CHOICES | NUMBERS, "value", "!="),
        Operator("one_of", "is one of", TEXTS | CHOICES | NUMBERS, "values", "in"),
        Operator("none_of", "is none of", TEXTS | CHOICES | NUMBERS, "values", "!in"),
        Operator("has", "includes", SEVERAL, "value", "has"),
        Operator("has_not", "does not include", SEVERAL, "value", "!has"),
        Operator("contains", "contains", TEXTS, "value", "contains"),
        Operator("contains_not", "does not contain", TEXTS, "value", "!contains"),
        Operator("starts", "starts with", TEXTS, "value", "startsWith"),
        Operator("ends", "ends with", TEXTS, "value", "endsWith"),
        Operator("within", "is within the last", TIMES, "days", ">= now -", "days"),
        Operator("longer_ago", "is longer ago than", TIMES, "days", "< now -", "days"),
        Operator("ahead", "is at most this far ahead:", TIMES, "days", "<= now +", "days"),
        Operator("further", "is further ahead than", TIMES, "days", "> now +", "days"),
        Operator("after", "is on or after", TIMES, "value", ">="),
        Operator("before", "is before", TIMES, "value", "<"),
        Operator("known", "is filled in", EVERY, "nothing", "known"),
        Operator("blank", "is blank", EVERY, "nothing", "blank"),
    )
}


def operators_for(field: Field) -> list[Operator]:
    """What can be asked of a field, in the order it is offered."""
    return [each for each in OPERATORS.values() if each.fits(field)]


def words_of_test(label: str, operator: Operator, values: Iterable[str]) -> str:
    """One test as a sentence: `Employees is at least 50`."""
    if operator.only_score:
        return f"{label} {'has reached' if operator.key == 'reaches' else 'is below'} {{{MQL_THRESHOLD}}}"
    if operator.key == "ahead":
        return f"{label} is at most {', '.join(values)} days ahead"
    said = f"{label} {operator.words} {', '.join(values)}".rstrip()
    return f"{said} {operator.after}" if operator.after else said
