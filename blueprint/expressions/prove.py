"""Proofs about a list of lines: which can never be true, which never get a record, and an example for each that can.

A solver answers for every record that could be, not for those that are here. What it cannot say within its bounds is
*unknown*, and an example is only shown when `evaluate` says the same of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import z3

from blueprint.expressions.ast import Node
from blueprint.expressions.criteria import compile_line
from blueprint.expressions.fields import Catalogue, Family
from blueprint.expressions.prove_example import Facts, facts_of, plainest, records_by_chance
from blueprint.expressions.prove_solver import fewest, solve
from blueprint.expressions.prove_terms import Terms
from blueprint.expressions.prove_values import texts_in
from blueprint.expressions.proved_outcomes import ProvedOutcome
from blueprint.expressions.source import TOKEN
from blueprint.expressions.wall_clock import ZONE

Needs = frozenset[str]
USUAL = "usual "


@dataclass(frozen=True, slots=True)
class ProvableLine:
    """A test, and what beside it decides whether the line takes a record: the name of a field that must be filled in,
    or of anything else that may be so or not. Blank where the test decides alone."""

    expression: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class LineProof:
    """What is proved of one line. `by`: the places, from 0, of the lines that leave nothing to it or exclude it;
    `parts`: the pieces of its test that exclude each other; `example`: a record that it takes or, where it is shadowed,
    one that meets it; `needs`: what the example has of what lines need."""

    outcome: ProvedOutcome
    by: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()
    example: Facts | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes with an example, no with the fewest names that exclude each other, None where nobody can say."""

    answer: bool | None
    example: Facts | None = None
    needs: tuple[str, ...] = ()
    core: tuple[str, ...] = ()


@dataclass
class Prover:
    """Answers questions about one list of lines. `at` is now, in microseconds; `fixed` are values that every record of
    the list has, `most` how high a field can be, `zone` is the workspace's, where days begin; after the moment `until`
    of `time.monotonic()` nothing more is asked and the answer is that nobody can say. Raises BadExpression."""

    catalogue: Catalogue
    lines: Sequence[ProvableLine]
    at: int
    fixed: dict[str, str] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    until: float = math.inf
    zone: str = "UTC"

    def __post_init__(self) -> None:
        self.compiled = [compile_line(self.catalogue, line.expression) for line in self.lines]
        texts = texts_in(line.tree for line in self.compiled)
        self.terms = Terms(self.catalogue, self.at, self.most, texts, self.zone)
        self.tests = [_met(self.terms, line.tree, line.converts) for line in self.compiled]
        self.needed = {line.needs: z3.Bool(f"has {line.needs}") for line in self.lines if line.needs}
        for name, each in self.needed.items():
            if name in self.catalogue:
                self.terms.always([name], z3.Implies(each, self.terms.of_field(name).known))
        for key, value in self.fixed.items():
            self.terms.always([key], self.terms.of_field(key).value == z3.StringVal(value))

    def first_match(self, place: int) -> LineProof:
        """Of lines of which the first that is met takes a record: whether this one gets any."""
        earlier = {str(other): z3.Not(z3.And(self.tests[other], self._has(other))) for other in range(place)}
        left = self._ask(
            range(place + 1),
            [self.tests[place], self._has(place)],
            lambda *record: self._goes_to(place, *record),
            earlier,
        )
        if left.answer:
            return LineProof(ProvedOutcome.REACHED, example=left.example, needs=left.needs)
        alone = self.alone(place)
        if left.answer is None or alone.outcome is not ProvedOutcome.REACHED:
            return alone if alone.outcome is ProvedOutcome.NEVER else LineProof(ProvedOutcome.UNKNOWN)
        return LineProof(ProvedOutcome.SHADOWED, by=tuple(sorted(map(int, left.core))), example=alone.example)

    def alone(self, place: int) -> LineProof:
        """Whether the line can be met at all; if not, the parts of its test that exclude each other."""
        met = self._ask([place], [self.tests[place]], lambda facts, needs: self._meets(place, facts))
        if met.answer is not False:
            return LineProof(ProvedOutcome.REACHED if met.answer else ProvedOutcome.UNKNOWN, example=met.example)
        line = self.compiled[place]
        parts, written = _conjuncts(line.tree), _pieces(line.expression)
        if len(parts) != len(written):
            return LineProof(ProvedOutcome.NEVER)
        named = {str(number): _met(self.terms, each, line.converts) for number, each in enumerate(parts)}
        core = self._ask([place], [], lambda facts, needs: False, named).core
        return LineProof(ProvedOutcome.NEVER, parts=tuple(written[each] for each in sorted(map(int, core))))

    def together(self) -> list[LineProof]:
        """Of lines that must all be met: whether one record can meet them; it is the example of the first."""
        places = range(len(self.lines))
        named = dict(zip(map(str, places), self.tests, strict=True))
        every = self._ask(places, [], lambda facts, needs: all(self._meets(place, facts) for place in places), named)
        if every.answer:
            return [LineProof(ProvedOutcome.REACHED, example=None if place else every.example) for place in places]
        proofs = [self.alone(place) for place in places]
        if every.answer is None:
            return [replace(each, outcome=ProvedOutcome.UNKNOWN) if each.example else each for each in proofs]
        core = sorted(map(int, every.core))
        for place in core if len(core) > 1 else ():
            others = tuple(other for other in core if other != place)
            proofs[place] = replace(proofs[place], outcome=ProvedOutcome.EXCLUDED, by=others)
        return proofs

    def _ask(
        self,
        places: Iterable[int],
        asserted: list[Any],
        holds: Callable[[Facts, Needs], bool],
        named: dict[str, Any] | None = None,
    ) -> Answer:
        """Whether there can be a record for which all this of these lines holds. What `holds` does not confirm is no
        example. A usual record is looked for first; where the solver cannot say, one by chance."""
        if time.monotonic() > self.until:
            return Answer(None)
        fields = frozenset(name for place in places for name in (*self.compiled[place].fields, self.lines[place].needs))
        always, usual = self.terms.about(fields | self.fixed.keys())
        asserted, named = [*always, *asserted], named or {}
        for likely in [{f"{USUAL}{number}": each for number, each in enumerate(usual)}, {}] if usual else [{}]:
            if time.monotonic() > self.until:
                break
            solved = solve(asserted, named | likely)
            if solved.answer:
                facts, needs = facts_of(self.terms, solved.model), self._present(solved.model)
                if holds(facts, needs):
                    shown = plainest(self.terms, facts, lambda other, needs=needs: holds(other, needs))
                    return Answer(True, shown, tuple(sorted(each for each in needs if each not in self.catalogue)))
            elif solved.answer is False and not any(each.startswith(USUAL) for each in solved.core):
                return Answer(False, core=fewest(asserted, named, solved.core, self.until))
        return self._by_chance([*places], fields, holds)

    def _by_chance(self, places: Sequence[int], fields: Needs, holds: Callable[[Facts, Needs], bool]) -> Answer:
        """A record that nobody had to think of, where the solver cannot say: one of it is as good an example."""
        numbers = [
            node.value
            for place in places
            for node in self.compiled[place].tree.walk()
            if node.act == "literal" and node.family is Family.NUMBER
        ]
        needs = frozenset({self.lines[places[-1]].needs} - {""})
        for facts in records_by_chance(self.terms, fields, dict(self.fixed), numbers):
            if time.monotonic() > self.until:
                break
            if holds(facts, needs):
                shown = plainest(self.terms, facts, lambda other: holds(other, needs))
                return Answer(True, shown, tuple(sorted(each for each in needs if each not in self.catalogue)))
        return Answer(None)

    # --- the same by `evaluate` -------------------------------------------------------------------------------------

    def _meets(self, place: int, facts: Facts) -> bool:
        return self.compiled[place].test(facts | {ZONE: self.zone}) is True

    def _takes(self, place: int, facts: Facts, needs: Needs) -> bool:
        need = self.lines[place].needs
        is_there = not need or (need in needs and (need not in self.catalogue or need in facts))
        return is_there and self._meets(place, facts)

    def _goes_to(self, place: int, facts: Facts, needs: Needs) -> bool:
        return next((each for each in range(place + 1) if self._takes(each, facts, needs)), None) == place

    def _has(self, place: int) -> Any:
        return self.needed.get(self.lines[place].needs, z3.BoolVal(True))

    def _present(self, model: z3.ModelRef) -> Needs:
        return frozenset(name for name, each in self.needed.items() if z3.is_true(model.eval(each)))


def _met(terms: Terms, tree: Node, converts: bool) -> Any:
    term = terms.term(tree, converts=converts)
    return z3.And(term.known, term.value)


def _conjuncts(tree: Node) -> list[Node]:
    return [each for part in tree.parts for each in _conjuncts(part)] if tree.act == "and" else [tree]


def _pieces(expression: str) -> list[str]:
    """The text between the `&&` that stand in no brackets."""
    pieces, depth = [""], 0
    for found in TOKEN.finditer(expression):
        piece = found.group()
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(piece, 0)
        if piece == "&&" and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += piece
    return [" ".join(piece.split()) for piece in pieces]
