"""Courses of metrics that are made of other metrics: nothing is read for them, they are reckoned bucket by bucket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from blueprint.expressions.ast import Node
from blueprint.schema import MetricTerms
from scorecard.kinds import kind_of
from scorecard.kinds.made_of_metrics import Formula, FormulaOf, parts_of, tree_in
from scorecard.queries.boards import Board
from scorecard.queries.course import Course, Courses
from scorecard.rules.periods import Period
from scorecard.rules.totals import Figure, Totals


@dataclass
class FormulaCourse(Course):
    """A metric made of others for one segment value: their courses, and what they come to."""

    tree: Node | None = None
    parts: Sequence[tuple[MetricTerms, Course]] = ()
    days: dict[date, Totals] = field(default_factory=dict)

    def figures(self, buckets: Iterable[Period]) -> Iterator[Figure]:
        """What the formula says for one stretch of days after another."""
        buckets = list(buckets)
        formula, tree = self.kind, self.tree
        assert isinstance(formula, Formula) and tree is not None
        by_part = [(part, list(course.figures(buckets))) for part, course in self.parts]
        for place in range(len(buckets)):
            yield formula.figure_of(tree, [(part, figures[place]) for part, figures in by_part])


def with_formulas(board: Board, metrics: Sequence[MetricTerms], found: Courses) -> Courses:
    """The courses that were asked for, those of formulas reckoned from what was read."""
    told = {metric.key: _course_by_value(board, metric, found) for metric in metrics}
    return {key: by_value or {} for key, by_value in told.items()}


def _course_by_value(board: Board, metric: MetricTerms, found: Courses) -> dict[str, Course] | None:
    """None where it cannot be counted."""
    if metric.kind != "formula" or metric.key in board.failing:
        return found.get(metric.key, {})
    parts = [(part, _course_by_value(board, part, found) or {}) for part in _parts(board, metric)]
    for part, _ in parts:
        if part.key in board.failing:
            board.failing[metric.key] = f"It is made of {part.label}, which cannot be counted."
            return None
    nothing = _empty(board, metric)
    values = dict.fromkeys(value for _, by_value in parts for value in by_value)
    return {
        value: replace(
            nothing, parts=[(part, by_value.get(value) or empty(board, part.key)) for part, by_value in parts]
        )
        for value in values
    }


def _parts(board: Board, metric: MetricTerms) -> list[MetricTerms]:
    return [board.metric(key) for key in parts_of(metric, board.blueprint)]


def empty(board: Board, key: str) -> Course:
    """The course of a metric for which nothing was counted."""
    metric = board.metric(key)
    return _empty(board, metric) if metric.kind == "formula" else Course(kind_of(metric))


def _empty(board: Board, metric: MetricTerms) -> FormulaCourse:
    tree = tree_in(board.blueprint, FormulaOf.model_validate(metric.parameters).expression)
    return FormulaCourse(
        kind_of(metric), tree=tree, parts=[(part, empty(board, part.key)) for part in _parts(board, metric)]
    )
