"""An example record for a proof: read off the solver's model, checked by `evaluate`, and made as plain as it can be."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
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
MOST_BY_CHANCE, FILLED_IN = 500, 0.6  # each is asked of every line: some 50 ms for ten
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


def records_by_chance(terms: Terms, fields: Iterable[str], fixed: Facts, numbers: Iterable[float]) -> Iterator[Facts]:
    """Records of little and of plain values, and of those that lines write: where the solver cannot say whether there
    is one, one of these may be it. The first has nothing filled in; each time the same ones."""
    chance, keys = random.Random(0), sorted(set(fields) & {each.key for each in terms.catalogue})
    bare = {"now": terms.at, "created_at": terms.at - DAY, "entered_stage_at": terms.at - DAY}
    always: Facts = {key: _written(at) for key, at in bare.items() if key in keys}
    always |= {key: 0 for key in ("score",) if key in keys} | fixed
    likely = {key: _likely(terms, key, sorted(set(numbers))) for key in keys if key not in fixed and key != "now"}
    yield always
    for _ in range(MOST_BY_CHANCE):
        said = {key: chance.choice(values) for key, values in likely.items() if values and chance.random() < FILLED_IN}
        yield always | said


def _likely(terms: Terms, key: str, numbers: Sequence[float]) -> list[Any]:
    described, texts = terms.catalogue.field(key), terms.literals
    match described.data_type.family:
        case Family.LIST:
            return [[each] for each in described.options] or [["something else"]]
        case Family.NUMBER:
            near = [around for each in numbers for around in (each - 1, each, each + 1)]
            return [each for each in (*PLAIN_NUMBERS, *near) if 0 <= each <= terms.most.get(key, each)]
        case Family.TIME:
            length = 10 if described.data_type is DataType.DATE else None
            days = PLAIN_DAYS if key not in ALWAYS_KNOWN else [each for each in PLAIN_DAYS if each <= 0]
            return [_written(terms.at + each * DAY)[:length] for each in days]
        case Family.BOOLEAN:
            return [True, False]
    around = [like for each in (*texts, "x") for like in (each, each.upper(), f"x{each}", f"{each}x")]
    return [*described.options] or around


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
