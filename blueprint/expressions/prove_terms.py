"""Checked expressions as terms of the solver z3: each is whether its value is known, and the value.

Numbers are exact here; what a double rounds in its last digit is left out. Moments are whole microseconds, days whole
days; beside a day a moment is what the clocks of the zone show, within the bounds of what they ever do. Text is
compared as it stands. What is unknown goes through `&&`, `||`, `!` and `? :` as in `evaluate`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import z3

from blueprint.expressions.amounts import MONEY, asks_no_rate
from blueprint.expressions.ast import LEAST, MOST, Node
from blueprint.expressions.evaluate import small_letters
from blueprint.expressions.fields import Catalogue, Family, Field
from blueprint.expressions.prove_values import ACTS, DAY, LOGIC, Term, absolute, constant, real, written
from blueprint.expressions.wall_clock import COMPARED, bounds_of, clock, is_by_days
from core.businesstime.instants import moment

FIRST, LAST = -62_135_596_800_000_000, 253_402_300_799_999_999  # the years 1 to 9999
CENTURY = 100 * 365 * DAY
ALWAYS_KNOWN = frozenset(("now", "kind", "stage", "score", "created_at", "entered_stage_at"))
MOST_LITERALS = 60  # with more written texts, what is compared in small letters is known less exactly
CONVERTED = "{} in the reporting currency"  # no field is so named
FIRST_CLOCKS = 1800  # before there were zones; every one has been looked at by then


@dataclass(frozen=True)
class About:
    """A condition, and the fields it is about."""

    fields: frozenset[str]
    condition: Any


@dataclass
class Terms:
    """Makes the terms of one list of lines, and gathers the `facts` that are always true of the fields they name.

    `most` are the highest values of fields that have one, `zone` is the workspace's. `usual` makes plain examples: it
    is now, clocks are set as they are now, money is in the reporting currency, and text is in small letters where small
    letters are asked for."""

    catalogue: Catalogue
    at: int
    most: dict[str, int] = field(default_factory=dict)
    literals: tuple[str, ...] = ()
    zone: str = "UTC"
    facts: list[About] = field(default_factory=list)
    usual: list[About] = field(default_factory=list)
    fields: dict[str, Term] = field(default_factory=dict)
    held: dict[tuple[str, str], Any] = field(default_factory=dict)
    _small: dict[Node, Any] = field(default_factory=dict)

    def term(self, node: Node, *, converts: bool = False, by_days: bool = False) -> Term:
        """The node's value for any record. `converts`: money is read in the reporting currency; `by_days`: instants are
        what clocks show."""
        if by_days and node.family is Family.TIME and not node.parts and not node.is_day:
            return self._clock(node)
        if node.act == "field":
            return self._money(node.value) if converts and node.value in MONEY else self.of_field(node.value)
        if node.act == "literal":
            return Term(z3.BoolVal(True), written(node.value, node.family))
        converts = converts and not asks_no_rate(node)
        if node.act == "has":
            several, item = node.parts[0].value, node.parts[1].value
            return Term(self.of_field(several).known, self._holds(several, item))
        by_days = is_by_days(node) if node.act in COMPARED else by_days
        parts = [self.term(part, converts=converts, by_days=by_days) for part in node.parts]
        if node.act in LOGIC:
            return LOGIC[node.act](*parts)
        known = z3.And([part.known for part in parts])
        values = [part.value for part in parts]
        if node.act == "in":
            family = node.parts[0].family
            return Term(known, z3.Or([values[0] == written(each, family) for each in node.value]))
        if node.act == "moved":
            return Term(known, values[0] + z3.IntVal(node.value))
        if node.act == "lower":
            return Term(known, self._in_small_letters(node.parts[0], values[0]))
        if node.act == "/":
            return Term(z3.And(known, values[1] != 0), values[0] / values[1])
        return Term(known, ACTS[node.act](*values))

    # --- fields -----------------------------------------------------------------------------------------------------

    def of_field(self, key: str) -> Term:
        """The field, with what is always true of it."""
        if key not in self.fields:
            described = self.catalogue.field(key)
            term = self.fields[key] = Term(z3.Bool(f"known {key}"), constant(key, described.data_type))
            self.always([key], *(z3.Implies(term.known, each) for each in self._bounds(described, term.value)))
            if key in ALWAYS_KNOWN:
                self.always([key], term.known)
            if key in ("created_at", "entered_stage_at"):
                self.always([key, "now"], term.value <= self.of_field("now").value)
            if key == "now":
                self.usual.append(About(frozenset(["now"]), term.value == self.at))
        return self.fields[key]

    def _bounds(self, described: Field, value: Any) -> list[Any]:
        family, key = described.data_type.family, described.key
        if key == "now":
            return [value >= self.at, value <= self.at + CENTURY]
        if family is Family.TEXT:
            options = [value == written(each, Family.TEXT) for each in described.options]
            return [z3.Or(options)] if options else [value != z3.StringVal("")]
        if family is Family.NUMBER:
            bounds = [z3.Or(value == 0, z3.And(absolute(value) >= real(LEAST), absolute(value) <= real(MOST)))]
            return [*bounds, value >= 0, value <= self.most[key]] if key in self.most else bounds
        if family is Family.TIME:
            return [value >= FIRST, value <= LAST]
        if family is Family.LIST and described.options:
            return [z3.Or([self._holds(key, each) for each in described.options])]
        return []

    def _holds(self, key: str, item: str) -> Any:
        return self.held.setdefault((key, item), z3.Bool(f"{key} holds {item}"))

    def _money(self, key: str) -> Term:
        """An amount in the reporting currency. No rate turns it below zero, and what is blank stays blank."""
        name = CONVERTED.format(key)
        if name not in self.fields:
            raw = self.of_field(key)
            told = self.fields[name] = Term(z3.Bool(f"known {name}"), z3.Real(name))
            signs = [z3.Implies(raw.value >= 0, told.value >= 0), z3.Implies(raw.value <= 0, told.value <= 0)]
            true = [raw.known, *self._bounds(self.catalogue.field(key), told.value), *signs]
            self.always([key], *(z3.Implies(told.known, each) for each in true))
            alike = z3.And(told.known == raw.known, told.value == raw.value)
            self.usual.append(About(frozenset([key]), alike))
        return self.fields[name]

    def _clock(self, node: Node) -> Term:
        """What the clocks of the zone show at an instant; usually they are set as they are now."""
        if node.act == "literal":
            return Term(z3.BoolVal(True), z3.IntVal(clock(node.value, self.zone)))
        term, ahead = self.of_field(node.value), z3.Int(f"clock of {node.value}")
        if self.zone == "UTC":
            return term
        this_year = moment(self.at).year
        first = this_year if node.value == "now" else FIRST_CLOCKS
        least, most = bounds_of(self.zone, first, this_year + 100)
        self.always([node.value], ahead >= least, ahead <= most)
        self.usual.append(About(frozenset([node.value]), ahead == clock(self.at, self.zone) - self.at))
        return Term(term.known, term.value + ahead)

    def _in_small_letters(self, node: Node, text: Any) -> Any:
        """What is always true of a text and itself in small letters: its length, its letters, and what is written."""
        if node.act == "literal":
            return written(small_letters(node.value), Family.TEXT)
        if node not in self._small:
            small = self._small[node] = z3.String(f"small {len(self._small)}")
            fields = frozenset(each.value for each in node.walk() if each.act == "field")
            self.always(fields, *_small_and_text(small, text, self.literals[:MOST_LITERALS]))
            self.usual.append(About(fields, small == text))
        return self._small[node]

    # --- what is always true ----------------------------------------------------------------------------------------

    def always(self, fields: Iterable[str], *conditions: Any) -> None:
        """Keep what is always true of these fields."""
        self.facts += [About(frozenset(fields), each) for each in conditions]

    def about(self, fields: Iterable[str]) -> tuple[list[Any], list[Any]]:
        """What is always true of these fields and of those they are compared with, and what is usual."""
        known = set(fields)
        while more := {name for each in self.facts if each.fields & known for name in each.fields} - known:
            known |= more
        always, usual = (
            [each.condition for each in found if each.fields <= known] for found in (self.facts, self.usual)
        )
        return always, usual


def _small_and_text(small: Any, text: Any, literals: Iterable[str]) -> Iterator[Any]:
    none_large = z3.Star(z3.Union(z3.Range("\x00", "@"), z3.Range("[", chr(0x2FFFF))))
    yield from (z3.Length(small) == z3.Length(text), z3.InRe(small, none_large))
    yield z3.Implies(z3.InRe(text, none_large), small == text)
    for literal in literals:
        as_written, lowered = (written(each, Family.TEXT) for each in (literal, small_letters(literal)))
        yield z3.Implies(text == as_written, small == lowered)
        for test in (z3.PrefixOf, z3.SuffixOf):
            yield z3.Implies(test(as_written, text), test(lowered, small))
        yield z3.Implies(z3.Contains(text, as_written), z3.Contains(small, lowered))
