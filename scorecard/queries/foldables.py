"""What is kept as readings: each metric, and the steps of the funnel. Each says under which definition, which marks
touch its days, and how its sums of some days are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from blueprint.schema import MetricTerms
from core.sql import Fragment, load
from core.tenancy.scope import here
from scorecard import sets
from scorecard.queries.boards import Board
from scorecard.queries.funnel_steps import steps_of
from scorecard.queries.seats import places
from scorecard.rules.days import Days

DEFINES = {"kind", "parameters", "filter", "unit"}  # what of a metric makes its value
JOURNEYS_ENTERING = load("scorecard", "journeys_entering")


@dataclass(frozen=True)
class Foldable:
    """One of them. `definition` and `statement` are as `ReadingSeries` keeps them. `moving`: the days whose sums
    changed between two days by mere waiting. `is_restless`: it looks at facts whose change marks no day."""

    metric_id: UUID | None
    name: str
    version: int
    definition: str
    statement: str
    marks: frozenset[str]
    terms: Mapping[str, Any]
    sums: Callable[[Days], Fragment]
    moving: Callable[[date, date], tuple[date, date] | None]
    is_restless: bool = False

    @property
    def key(self) -> tuple[UUID | None, str]:
        """What its series is found by."""
        return self.metric_id, self.definition


def of_metric(board: Board, metric: MetricTerms) -> Foldable:
    """A metric. Raises whatever is wrong with its definition."""
    question = board.question(metric)
    segments = (sets.WHOLE, *sets.segments_of(question))
    return Foldable(
        metric_id=metric.id,
        name=metric.key,
        version=metric.definition_version,
        definition=sets.definition(question),
        statement=sets.statement(question),
        marks=frozenset({"all", question.kind.moves_with}),
        terms=metric.model_dump(mode="json", include=DEFINES),
        sums=lambda days: sets.folded(board.question(metric, days), segments),
        moving=lambda first, last: question.kind.moving(question, first, last),
        is_restless=not sets.is_foldable(question),
    )


def of_funnel(board: Board) -> Foldable:
    """The steps of the funnel."""
    steps = steps_of(board)
    pairs = [(place, stage_id) for place, step in enumerate(steps) for stage_id in step.stage_ids]
    values = {
        "zone": str(board.zone),
        "keys": [step.key for step in steps],
        "places": [place for place, _ in pairs],
        "stages": [stage for _, stage in pairs],
        "own_currency": board.workspace.currency,
        "reporting_currency": board.currency,
    }

    def sums(days: Days) -> Fragment:
        near = days.near("s.entered_at", board.zone)
        filled = JOURNEYS_ENTERING.fill(near=near, days=Fragment(*days.on("x.day")))
        return filled.fragment(**values, people=places(board.zone), workspace=here())

    return Foldable(
        metric_id=None,
        name="funnel",
        version=board.workspace.blueprint_version,
        definition=sha256(repr(sorted(values.items())).encode()).hexdigest()[:32],
        statement=sha256(JOURNEYS_ENTERING.draft.encode()).hexdigest()[:32],
        marks=frozenset({"all", "funnel"}),
        terms={},
        sums=sums,
        moving=lambda first, last: None,
    )
