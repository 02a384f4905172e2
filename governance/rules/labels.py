"""Whether the words of a line say something else than its test: other numbers, another direction, another option.

It refuses only what can be shown: a label in words of one's own is as good as one that was made from the test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from blueprint.expressions.ast import Node
from blueprint.expressions.build import CHOSEN, read
from blueprint.expressions.fields import Catalogue, Family
from blueprint.expressions.source import BadExpression
from governance.rules.conditions import Test, condition_of, with_threshold
from governance.rules.operators import MQL_THRESHOLD, OPERATORS, operators_for

PLACEHOLDER = f"{{{MQL_THRESHOLD}}}"
NUMBER = re.compile(r"(?<![\w.,-])[0-9]{1,3}(?:[, ’'][0-9]{3})+(?![0-9])|(?<![\w.,])[0-9]+(?:[.][0-9]+)?(?![\w-])")
COUNTED = dict(zip("one two three four five six seven eight nine ten eleven twelve".split(), range(1, 13), strict=True))
UP = re.compile(r"≥|>|\b(at least|or more|or above|more than|over|above|exceeds|from)\b", re.IGNORECASE)
DOWN = re.compile(r"≤|<|\b(at most|or fewer|or less|or below|less than|fewer than|under|below|up to)\b", re.IGNORECASE)
DENIAL = re.compile(r"\b(not|no|never|none|without|except|other than|unless|n't)\b", re.IGNORECASE)
DAY = 86_400e6  # microseconds, as the tree counts
UNITS = (1, 24, 1_440, 1 / 7, 1 / 30, 1 / 365)  # days as hours, minutes, weeks, months, years
RISING, FALLING = {"at_least", "more", "reaches"}, {"at_most", "less", "misses"}


@lru_cache(maxsize=8192)  # every check of a change asks it of every line, and most lines stay
def contradiction(catalogue: Catalogue, label: str, expression: str) -> str:
    """What the words say and the test does not, as a sentence; blank where nothing speaks against them."""
    try:
        tree = read(with_threshold(catalogue), expression)
    except BadExpression:
        return ""  # said elsewhere
    has_threshold = any(node.act == "field" and node.value == MQL_THRESHOLD for node in tree.walk())
    if PLACEHOLDER in label and not has_threshold:
        return f"The words name {PLACEHOLDER}, the test does not."
    condition = condition_of(catalogue, expression)
    tests = condition.tests if condition else ()
    for said in (_numbers(label, tree, has_threshold), _direction(label, tests), _comparison(catalogue, label, tests)):
        if said:
            return said
    return _options(catalogue, label, tests)


def _numbers(label: str, tree: Node, has_threshold: bool) -> str:
    """A number in the words that the test does not have, where it has others."""
    written = [number for node in tree.walk() for number in _numbers_in(node)]
    lengths = [node.value / DAY for node in tree.walk() if _is_length(node)]
    if not written and not lengths and not has_threshold:
        return ""
    same = {*written, *(abs(days * unit) for days in lengths for unit in UNITS)}
    for number, said in _said_numbers(label):
        if number not in same and number / 100 not in same:
            meant = [f"{each:g}" for each in written] + [f"{abs(days):g} days" for days in lengths]
            return f"The words say {said}, the test says {', '.join(dict.fromkeys(meant)) or PLACEHOLDER}."
    return ""


def _said_numbers(label: str) -> Iterator[tuple[float, str]]:
    for found in NUMBER.finditer(label):
        yield float(re.sub(r"[, ’']", "", found[0])), found[0]
    for word in re.findall(r"[a-z]+", label.lower()):
        if word in COUNTED and word != "one":  # which is as often no number
            yield float(COUNTED[word]), word


def _is_length(node: Node) -> bool:
    return node.act == "moved" or (node.act == "literal" and node.family is Family.SPAN)


def _numbers_in(node: Node) -> list[float]:
    """The numbers a step of the test has written out, those within texts too."""
    if node.act not in ("literal", "in") or node.family in (Family.TIME, Family.SPAN):
        return []
    values = node.value if node.act == "in" else [node.value]
    texts = [value for value in values if isinstance(value, str)]
    numbers = [float(value) for value in values if isinstance(value, float)]
    return numbers + [float(each) for text in texts for each in re.findall(r"[0-9]+(?:[.][0-9]+)?", text)]


def _direction(label: str, tests: tuple[Test, ...]) -> str:
    """At least where the test says at most, or the other way round."""
    asked = {test.operator for test in tests}
    is_up, is_down = bool(UP.search(label)), bool(DOWN.search(label))
    if is_up and not is_down and asked & FALLING and not asked & RISING and not DENIAL.search(label):
        return "The words ask for more, the test for less."
    if is_down and not is_up and asked & RISING and not asked & FALLING and not DENIAL.search(label):
        return "The words ask for less, the test for more."
    return ""


def _comparison(catalogue: Catalogue, label: str, tests: tuple[Test, ...]) -> str:
    """`Employees is blank` over a test of Employees that asks something else."""
    for test in tests:
        field = catalogue.field(test.field)
        if not label.casefold().startswith(field.label.casefold() + " "):
            continue
        rest = label[len(field.label) + 1 :].casefold()
        said = [each for each in operators_for(field) if re.match(rf"{re.escape(each.words)}\b", rest)]
        longest = max(said, key=lambda each: len(each.words), default=None)
        meant = {OPERATORS[each.operator].words for each in tests if each.field == test.field}
        if longest is not None and longest.words not in meant and len(longest.words) > len("is not"):
            return f"The words say “{field.label} {longest.words}”, the test says “{' and '.join(sorted(meant))}”."
    return ""


def _options(catalogue: Catalogue, label: str, tests: tuple[Test, ...]) -> str:
    """An option in the words that the test of this choice does not name."""
    if DENIAL.search(label):
        return ""
    for test in tests:
        field = catalogue.field(test.field)
        if field.data_type not in CHOSEN or not test.values:
            continue
        meant = {value for each in tests if each.field == test.field for value in each.values}
        for option in field.options:
            is_said = re.search(rf"(?<!\w){re.escape(option)}(?!\w)", label)
            if is_said and option not in meant and not any(option in each for each in meant):
                return f"The words say {option}, the test says {', '.join(sorted(meant))}."
    return ""
