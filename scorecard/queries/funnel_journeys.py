"""The journeys of a period as rows: who came to the steps of the funnel, who was closed from them, and which of these
the filters of a board keep."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from blueprint.schema import MetricTerms
from core.errors import BadInput
from core.sql import Fragment, load
from core.tenancy.scope import here
from scorecard import sets
from scorecard.queries.boards import Board
from scorecard.queries.funnel_steps import steps_of
from scorecard.rules.days import Days
from scorecard.rules.funnel_cohorts import BEGAN, SPLITS
from scorecard.rules.periods import Period
from scorecard.segments import shared_values, value_of

JOURNEYS = {cohort: load("scorecard", f"journeys_{cohort}") for cohort in ("moved", "began")}
CLOSED = {cohort: load("scorecard", f"closed_{cohort}") for cohort in ("moved", "began")}
# What journeys are placed in segments as: they say whose they are, and have no bands.
AS_METRIC = MetricTerms.model_validate({"key": "journeys", "label": "Journeys", "kind": "won_amount", "unit": "count"})
TAKEN_FROM_PEOPLE = ("region", "manager")


def funnel_segments(board: Board) -> dict[str, str]:
    """What the funnel can be narrowed by, with its label: whose a journey is, and what is known of the record it began
    with. Bands are of a metric, so numbers that are read by bands are none of them."""
    banded = {segment for metric in board.blueprint.metrics for segment in metric.edges}
    known = {
        segment: label
        for segment, label in board.all_segments.items()
        if segment in TAKEN_FROM_PEOPLE
        or (segment in board.blueprint.properties_by_key and segment not in {*sets.SEGMENTS, *banded})
    }
    return {**SPLITS, **known}


def check_funnel_filters(board: Board) -> None:
    """Raises BadInput for a filter by what no journey is known by."""
    offered = funnel_segments(board)
    for segment, _ in board.filters:
        if segment not in offered:
            facts = {"segments": list(offered)}
            raise BadInput(f"The funnel is not read by {segment}.", field="segment", facts=facts)


def journeys(board: Board, days: Days, cohort: str, *, least: int = 0, came: Days | None = None) -> Fragment:
    """The journeys of some days, each once for a step. `least`: only those that came to this step. `came`: days on one
    of which they came there, where that is known."""
    filled = JOURNEYS[cohort].fill(near=(came or days).near("s.entered_at", board.zone), days=_on(days))
    pairs = _pairs(board, range(len(steps_of(board))))
    return filled.fragment(**_known(board), **pairs, least=least, until=board.today, since=None)


def entered(board: Board, days: Days, place: int, since: date | None = None) -> Fragment:
    """Those that entered one step on the days, and not on an earlier day from `since` on."""
    filled = JOURNEYS["moved"].fill(near=days.near("s.entered_at", board.zone), days=_on(days))
    return filled.fragment(**_known(board), **_pairs(board, [place]), since=since)


def closed(board: Board, period: Period, cohort: str, places: Iterable[int]) -> Fragment:
    """The journeys that were closed from some steps, each once for a step: in the period, or, of those that began in it
    and came no further, since."""
    days = Days.between(period.first, period.last)
    looked_at = Days.between(period.first, board.today) if cohort == BEGAN else days
    filled = CLOSED[cohort].fill(near=looked_at.near("s.entered_at", board.zone), days=_on(days))
    pairs = _pairs(board, range(len(steps_of(board))))
    asked = {"from_places": sorted(places), "closed_stages": gone_stages(board), "until": board.today}
    return filled.fragment(**_known(board), **pairs, **asked)


def gone_stages(board: Board) -> list[UUID]:
    """The stages in which a record is closed without being won."""
    stages = board.blueprint.stages_by_id.values()
    return [stage.id for stage in stages if stage.category not in ("open", "won")]


def kept(board: Board, by: str = "") -> dict[str, Fragment]:
    """What a statement of journeys `x` joins, and the condition `filter` that they must meet."""
    return sets.narrowing(board.question(AS_METRIC), (by,) if by else ())


def value(board: Board, by: str) -> Fragment:
    """A journey's value of a segment; blank for the whole."""
    question = board.question(AS_METRIC)
    if not by:
        return Fragment("''")
    found = value_of(question, by, "split")
    return Fragment(found.sql, {**found.values, **shared_values(question, {by})})


def _on(days: Days) -> Fragment:
    return Fragment(*days.on("x.day"))


def _known(board: Board) -> dict[str, Any]:
    return {"workspace": here(), "zone": str(board.zone)}


def _pairs(board: Board, places: Iterable[int]) -> dict[str, list[Any]]:
    """The stages of some steps, each with the place of its step."""
    steps = steps_of(board)
    pairs = [(place, stage_id) for place in places for stage_id in steps[place].stage_ids]
    return {"places": [place for place, _ in pairs], "stages": [stage_id for _, stage_id in pairs]}
