"""Metrics made of other metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field

from blueprint.expressions.ast import Node
from blueprint.schema import Blueprint, MetricTerms
from blueprint.schema.values import IsExpression, Text
from blueprint.schema.vocabularies import Unit
from core.figures import shown
from scorecard.kinds.kind import MetricKind
from scorecard.kinds.parameters import GoingTogether, Parameters
from scorecard.rules.formulas import BadFormula, named_in, reckoned, tree_of
from scorecard.rules.totals import Figure, Ingredient, exact

if TYPE_CHECKING:
    from scorecard.kinds import Question


class FormulaOf(GoingTogether):
    """One expression."""

    expression: Annotated[str, Text(2_000), IsExpression()] = Field(
        title="Formula", description="Metrics by their keys, with + - * / and ? :, such as won / (won + lost)."
    )

    def contradictions(self, blueprint: Blueprint) -> Iterator[tuple[str, str]]:
        try:
            parts = named_in(tree_in(blueprint, self.expression))
        except BadFormula as bad:
            yield "expression", str(bad)
            return
        if not parts:
            yield "expression", "A formula names at least one other metric."
        found: dict[str, tuple[str, ...]] = {}
        waiting = list(parts)
        for key in waiting:
            if key not in found:
                found[key] = parts_of(blueprint.metrics_by_key[key], blueprint)
                waiting += found[key]
        try:
            TopologicalSorter(found).prepare()
        except CycleError as circle:
            yield "expression", f"It would be made of itself: {' → '.join(reversed(circle.args[1]))}."


def tree_in(blueprint: Blueprint, expression: str) -> Node:
    """The checked expression over the metrics of a blueprint. Raises BadFormula."""
    return tree_of(expression, tuple((metric.key, metric.label) for metric in blueprint.metrics))


def parts_of(metric: MetricTerms, blueprint: Blueprint) -> tuple[str, ...]:
    """The metrics that a metric is made of; none where it is no sound formula."""
    expression = metric.parameters.get("expression")
    if metric.kind != "formula" or not isinstance(expression, str):
        return ()
    try:
        return named_in(tree_in(blueprint, expression))
    except BadFormula:
        return ()


def counted_for(metrics: Iterable[MetricTerms], blueprint: Blueprint) -> list[MetricTerms]:
    """What has to be counted for these metrics: they themselves, or all that the formulas among them are made of."""
    found: dict[str, MetricTerms] = {}
    waiting = list(metrics)
    for metric in waiting:
        if metric.key not in found:
            found[metric.key] = metric
            waiting += [blueprint.metrics_by_key[key] for key in parts_of(metric, blueprint)]
    return [metric for metric in found.values() if metric.kind != "formula"]


class Formula(MetricKind):
    """The values of other metrics, reckoned by one expression; unknown where one is, or where it divides by nothing."""

    parameters: ClassVar[type[Parameters]] = FormulaOf
    formula = "its expression"
    ripens = "when the last of its parts is"
    unit = "ratio"
    other_units = tuple(unit for unit in Unit.values if unit != "ratio")
    stage_parts = frozenset()
    is_split = False
    is_made_of_metrics = True
    adds_money = True
    parts: ClassVar[Mapping[str, str]] = {}
    expression: str = ""

    def bound(self, metric: MetricTerms) -> Self:
        found = copy(self)
        found.expression = str(metric.parameters.get("expression", ""))
        return found

    def segments(self, metric: MetricTerms, blueprint: Blueprint) -> frozenset[str]:
        """Those that all of its parts can be read by."""
        own = [frozenset(part.segments) for part in counted_for([metric], blueprint) if part is not metric]
        return frozenset.intersection(*own) if own else frozenset()

    def is_kept(self, question: Question) -> bool:
        return False

    def figure_of(self, tree: Node, figures: Iterable[tuple[MetricTerms, Figure]]) -> Figure:
        """The formula's figure from those of its parts; how many things they count is its sample."""
        told = tuple(Ingredient(part.key, part.label, part.unit, figure) for part, figure in figures)
        values = {each.key: each.figure.unrounded for each in told}
        counted = sum((each.figure.denominator + each.figure.open_count for each in told), Decimal(0))
        value = reckoned(tree, values)
        shown_value = None if value is None else exact(value)
        amounts = sum(each.figure.amounts for each in told)
        return Figure(shown_value, Decimal(0), counted, amounts=amounts, ingredients=told, unrounded=value)

    def ripe_after(self, question: Question, whole: Figure) -> timedelta:
        known = question.blueprint.metrics_by_key
        parts = ((replace(question, metric=known[each.key]), each.figure) for each in whole.ingredients)
        return max((part.kind.ripe_after(part, figure) for part, figure in parts), default=timedelta())

    def made_of(self, metric: MetricTerms, figure: Figure, currency: str) -> str:
        told = (f"{each.label} {shown(each.value, each.unit, currency)}" for each in figure.ingredients)
        return ", ".join(told) or self.expression

    def sample(self, metric: MetricTerms, figure: Figure) -> str:
        return ""
