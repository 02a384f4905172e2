"""Kinds of a pipeline: what is open in it, and how fast that becomes money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from blueprint.schema import MetricTerms
from core.figures import number
from scorecard.kinds.closings import CLOSED, OfClosings, closings
from scorecard.kinds.flows import flows
from scorecard.kinds.kind import UNCONVERTED, Filled, MetricKind
from scorecard.kinds.parameters import OfPipeline
from scorecard.rules.totals import EPOCH, Figure, Inputs, PartRows, Totals, mean_of, quotient

if TYPE_CHECKING:
    from scorecard.kinds import Question


class Velocity(OfClosings):
    """Money per day: open deals × win rate × average won deal ÷ sales cycle."""

    formula = "open deals × (won ÷ closed) × (won amount ÷ won with an amount) ÷ mean sales cycle, of one day at least"
    unit = "money_per_day"
    has_stock = True
    counts = ("won", "closed")
    money = "aside"
    brings = ("currency",)
    aside_label = "Won amount"
    parts = {"counted": "Closed", "numerator": "Won", "open": "Open", "unconverted": UNCONVERTED}
    median_label = "Sales cycle: median"

    def filled(self, question: Question) -> Filled:
        (places, values), (more_places, more_values) = closings(question), flows(question)
        return places | more_places, values | more_values

    def inputs(self, totals: Totals) -> Inputs:
        return Inputs(
            open_deals=totals.stock,
            win_rate=quotient(totals.numerator, totals.denominator),
            average_deal=quotient(totals.aside, totals.amounts),
            cycle_days=mean_of(totals.distribution),
        )

    def made_of(self, metric: MetricTerms, figure: Figure, currency: str) -> str:
        return f"{number(figure.open_count, 0)} open, {super().made_of(metric, figure, currency)}"


class Aging(MetricKind):
    """For how long what is open has been in its stage."""

    formula = "days in their stage, of all that is open ÷ open"
    parameters = OfPipeline
    unit = "days"
    stage_parts = CLOSED | {"age_limit_days"}
    brings = ("stage",)
    has_stock = True
    parts = {"open": "Open", "late": "Past the age limit", "measured": "Left the stage"}
    is_split = False
    median_label = "Past stays: median"

    def filled(self, question: Question) -> Filled:
        return flows(question)

    def value(self, totals: Totals, day: date) -> Decimal | None:
        return quotient(totals.stock * (day - EPOCH).days - totals.stock_days, totals.stock)

    def rows_of(self, part: str, totals: Totals) -> PartRows | None:
        return PartRows(sum(totals.distribution.values())) if part == "measured" else None

    def made_of(self, metric: MetricTerms, figure: Figure, currency: str) -> str:
        return f"{number(figure.open_count, 0)} open"

    def facts(self, figure: Figure, currency: str) -> list[tuple[str, str]]:
        return [("Open now", number(figure.open_count)), *super().facts(figure, currency)]
