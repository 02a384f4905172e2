"""Kinds that follow records from where they first entered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from blueprint.schema import MetricTerms
from core.figures import money
from core.sql import Fragment
from scorecard.kinds.kind import Filled, MetricKind, records_entering
from scorecard.kinds.parameters import FromTo, SourcedOf
from scorecard.rules.totals import Figure

if TYPE_CHECKING:
    from scorecard.kinds import Question


def first_entries(question: Question, entry: list[UUID], goal: list[UUID], **values: Any) -> Filled:
    """Journeys by the day they first entered."""
    if question.days.is_everything:
        near = Fragment("s.stage_id = any(%(entry)s || %(goal)s::uuid[])")
    else:
        found = records_entering(question, entry)
        near = Fragment(f"s.record_id in ({found.sql})", found.values)
    return {"near": near}, {"entry": entry, "goal": goal, **values}


class Conversion(MetricKind):
    """Of those that entered one place, how many reached another."""

    parameters = FromTo
    moves_with = "cohort"
    counts = ("converted", "entered")
    parts = {"counted": "All that entered", "numerator": "Converted", "missed": "Not yet"}
    median_label = "Time to convert: median"

    def filled(self, question: Question) -> Filled:
        asked = question.parameters
        return first_entries(question, question.stages(asked.from_), question.stages(asked.to))

    def ripe_after(self, question: Question, whole: Figure) -> timedelta:
        """As long as nine of ten conversions of the period took: it has no window of its own."""
        return timedelta(days=int(whole.p90 or 0))


class Sourced(MetricKind):
    """Of what entered a pipeline, how much came from marketing."""

    parameters = SourcedOf
    moves_with = "cohort"
    counts = ("from marketing", "in all")
    parts = {"all": "All opportunities", "numerator": "From marketing"}
    is_split = False
    adds_money = True

    def filled(self, question: Question) -> Filled:
        asked = question.parameters
        return first_entries(question, question.stages(asked.pipeline), [], by_count=asked.by == "count")

    def made_of(self, metric: MetricTerms, figure: Figure, currency: str) -> str:
        if metric.parameters.get("by") == "count":
            return super().made_of(metric, figure, currency)
        return f"{money(figure.numerator, currency)} from marketing of {money(figure.denominator, currency)}"

    def sample(self, metric: MetricTerms, figure: Figure) -> str:
        return super().sample(metric, figure) if metric.parameters.get("by") == "count" else ""

    def part_counts(self, figure: Figure) -> dict[str, Decimal]:
        return {}
