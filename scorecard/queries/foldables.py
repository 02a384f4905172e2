"""What is kept as readings: each metric, and the steps and seams of the funnel. Each says under which definition,
which marks touch its days, and how its sums of some days are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from blueprint.schema import MetricTerms, SeamTerms
from core.sql import Fragment, SqlFile, load
from core.tenancy.scope import here
from scorecard import sets
from scorecard.kinds import Question
from scorecard.queries.boards import Board
from scorecard.queries.funnel_journeys import gone_stages
from scorecard.queries.funnel_steps import steps_of
from scorecard.queries.seats import places
from scorecard.rules.days import Days

DEFINES = {"kind", "parameters", "filter", "unit"}  # what of a metric makes its value
JOURNEYS_ENTERING = load("scorecard", "journeys_entering")
JOURNEYS_CLOSING = load("scorecard", "journeys_closing")


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


def without_metric(board: Board) -> Iterator[Foldable]:
    """What is kept for the funnel alone: its steps, what was closed from them, and the answers at each seam whose
    acceptance is no metric."""
    yield of_funnel(board)
    yield of_closings(board)
    for seam in board.blueprint.seams:
        metric = answers_at(board, seam)
        if metric not in board.blueprint.metrics:
            yield of_metric(board, metric)


def answers_at(board: Board, seam: SeamTerms) -> MetricTerms:
    """The acceptance of all that was offered at a seam: the workspace's metric, else one without an id."""
    for metric in board.measurable:
        if metric.kind == "acceptance" and metric.parameters == {"seam": seam.key} and not metric.filter.strip():
            return metric
    asked = {"key": seam.key, "label": seam.label, "kind": "acceptance", "unit": "ratio"}
    beside = MetricTerms.model_validate({**asked, "parameters": {"seam": seam.key}})
    beside.remember(id=None)
    return beside


def of_funnel(board: Board) -> Foldable:
    """The steps of the funnel."""
    values = {
        "keys": [step.key for step in steps_of(board)],
        "own_currency": board.workspace.currency,
        "reporting_currency": board.currency,
    }
    return _of_journeys(board, "funnel", JOURNEYS_ENTERING, values, lambda: {"people": places(board.zone)})


def of_closings(board: Board) -> Foldable:
    """What was closed from the steps of the funnel."""
    return _of_journeys(board, "closings", JOURNEYS_CLOSING, {"closed_stages": gone_stages(board)}, dict)


def _of_journeys(
    board: Board, name: str, file: SqlFile, asked: Mapping[str, Any], looked_up: Callable[[], Mapping[str, Any]]
) -> Foldable:
    """A statement over the journeys that came to steps. What is looked up is no part of its definition."""
    pairs = [(place, stage_id) for place, step in enumerate(steps_of(board)) for stage_id in step.stage_ids]
    values = {
        "zone": str(board.zone),
        "places": [place for place, _ in pairs],
        "stages": [stage for _, stage in pairs],
        **asked,
    }

    def sums(days: Days) -> Fragment:
        near, past = (each.near("s.entered_at", board.zone) for each in (days, days.and_before))
        filled = file.fill(near=near, past=past, days=Fragment(*days.on("x.day")))
        return filled.fragment(**values, **looked_up(), workspace=here())

    return Foldable(
        metric_id=None,
        name=name,
        version=board.workspace.blueprint_version,
        definition=sha256(repr(sorted(values.items())).encode()).hexdigest()[:32],
        statement=sha256(file.draft.encode()).hexdigest()[:32],
        marks=frozenset({"all", "funnel"}),
        terms={},
        sums=sums,
        moving=lambda first, last: None,
    )
