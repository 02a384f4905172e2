"""An example record for a proof: read off the solver's model, checked by `evaluate`, and made as plain as it can be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import z3

from blueprint.expressions.fields import DataType, Family
from blueprint.expressions.prove_terms import ALWAYS_KNOWN, Terms
from blueprint.expressions.prove_values import DAY
from core.bounds import UNFIT

Facts = dict[str, Any]
ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}|\\x([0-9a-fA-F]{2})")
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
PLAIN_NUMBERS = (0, 1, 10, 50, 100, 500, 1_000, 10_000)
PLAIN_DAYS = (-1, 0, 1, -10, 10, -100, 100, -1_000, 1_000)


def facts_of(terms: Terms, model: z3.ModelRef) -> Facts:
    """What the model says of each field, as a record would hold it; a field it leaves blank is left out."""
    facts: Facts = {}
    for described in terms.catalogue:
        term = terms.fields.get(described.key)
        if term is None or not z3.is_true(model.eval(term.known, model_completion=True)):
            continue
        if described.data_type.family is Family.LIST:
            facts[described.key] = _items(terms, described.key, described.options, model)
        else:
            value = model.eval(term.value, model_completion=True)
            facts[described.key] = READ.get(described.data_type, _text)(value)
    return facts


def plainest(terms: Terms, facts: Facts, holds: Callable[[Facts], bool]) -> Facts:
    """The same example with fewer and plainer values, of which it `holds` as well."""
    for key in list(facts):
        for other in _plainer(terms, key, facts):
            if holds(other):
                facts = other
                break
    return facts


def _plainer(terms: Terms, key: str, facts: Facts) -> Iterator[Facts]:
    """What could stand in its place, the plainest first: nothing, a written text, a round number, a day not far off."""
    described, value, texts = terms.catalogue.field(key), facts[key], terms.literals
    if key not in ALWAYS_KNOWN:
        yield {name: each for name, each in facts.items() if name != key}
    instead: Iterable[Any] = ()
    if described.data_type.family is Family.LIST:
        instead = ([each] for each in value)
    elif described.data_type.family is Family.NUMBER:
        instead = (*PLAIN_NUMBERS, round(value))
    elif described.data_type.family is Family.TIME and key != "now":
        length = 10 if described.data_type is DataType.DATE else None
        instead = (_written(terms.at + days * DAY)[:length] for days in PLAIN_DAYS)
    elif described.data_type.family is Family.TEXT and not described.options and value not in texts:
        instead = (*texts, *(f"x{each}" for each in texts), *(f"{each}x" for each in texts), "x")
    yield from ({**facts, key: each} for each in instead if each != value)


def _items(terms: Terms, key: str, options: tuple[str, ...], model: z3.ModelRef) -> list[str]:
    """The options it holds; where none is named, one that nobody asks for."""
    held = [
        item
        for (name, item), term in terms.held.items()
        if name == key and z3.is_true(model.eval(term, model_completion=True))
    ]
    return [each for each in options if each in held] or held or ["something else"]


def _text(value: Any) -> str:
    told = ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), str(value.as_string()))
    return UNFIT.sub("?", told)  # what no record could hold


def _number(value: Any) -> float:
    exact = value.as_fraction() if z3.is_rational_value(value) else value.approx(20).as_fraction()
    return int(exact) if exact.denominator == 1 else float(exact)


def _moment(value: Any) -> str:
    return _written(value.as_long())


def _written(microseconds: int) -> str:
    return (FIRST + timedelta(microseconds=microseconds)).isoformat().replace("+00:00", "Z")


READ: dict[DataType, Callable[[Any], Any]] = {
    DataType.NUMBER: _number,
    DataType.INTEGER: _number,
    DataType.BOOLEAN: z3.is_true,
    DataType.DATE: lambda value: _moment(value)[:10],
    DataType.DATETIME: _moment,
}
