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
from scorecard.kinds import Question
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
    told = _compiled(board, question)
    return Foldable(
        metric_id=metric.id,
        name=metric.key,
        version=metric.definition_version,
        definition=told.definition,
        statement=told.statement,
        marks=told.marks,
        terms=told.terms,
        sums=lambda days: sets.folded(board.question(metric, days), told.segments),
        moving=lambda first, last: question.kind.moving(question, first, last),
        is_restless=told.is_restless,
    )


@dataclass(frozen=True)
class _Compiled:
    """What follows from the definition of a metric alone, as `Foldable` has it."""

    segments: tuple[str, ...]
    definition: str
    statement: str
    marks: frozenset[str]
    terms: Mapping[str, Any]
    is_restless: bool


def _compiled(board: Board, question: Question) -> _Compiled:
    """Compiled once for each version in force: hashing statements is a tenth of a scorecard's work. Neither what is
    narrowed nor a metric that is only being tried is kept."""
    blueprint, metric = board.blueprint, question.metric
    is_in_force = blueprint.metrics_by_key.get(metric.key) is metric
    if not is_in_force or board.filters or not board.standpoint.is_usual:
        return _compile(question)
    owner, shelf = blueprint.__dict__.get("compiled_metrics", (None, {}))
    if owner is not blueprint:  # a copy brings the shelf of another along
        shelf = {}
        blueprint.remember(compiled_metrics=(blueprint, shelf))
    key = metric.key, board.workspace.time_zone, board.workspace.currency
    if key not in shelf:
        shelf[key] = _compile(question)
    found: _Compiled = shelf[key]
    return found


def _compile(question: Question) -> _Compiled:
    return _Compiled(
        segments=(sets.WHOLE, *sets.segments_of(question)),
        definition=sets.definition(question),
        statement=sets.statement(question),
        marks=frozenset({"all", question.kind.moves_with}),
        terms=question.metric.model_dump(mode="json", include=DEFINES),
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
        near, past = (each.near("s.entered_at", board.zone) for each in (days, days.and_before))
        filled = JOURNEYS_ENTERING.fill(near=near, past=past, days=Fragment(*days.on("x.day")))
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
