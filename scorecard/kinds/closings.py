"""Kinds of a pipeline: what was closed in it, and what is open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from blueprint.schema import MetricTerms
from core.figures import days, money_to_the_cent, number
from core.sql import Fragment
from scorecard.kinds.kind import ENTERED, UNCONVERTED, Filled, MetricKind, records_entering
from scorecard.kinds.parameters import OfPipeline
from scorecard.rules.totals import EPOCH, Figure, Inputs, Totals, exact, mean_of, quotient, ratio

if TYPE_CHECKING:
    from scorecard.kinds import Question

CLOSED = ENTERED | {"category"}


def closings(question: Question, *, only_won: bool = False) -> Filled:
    """What was closed on the days."""
    stages = question.pipeline_stages
    won, lost = ([stage.id for stage in stages if stage.category == category] for category in ("won", "lost"))
    closed = won if only_won else won + lost
    return {"closed_near": question.near("s.entered_at")}, {"won": won, "lost": lost, "closed": closed}


def flows(question: Question) -> Filled:
    """What came into an open stage on the days, and what left one."""
    left = Fragment("o.stage_id = any(%(open_stages)s)")
    if not question.days.is_everything:
        # array_position: the stays of these records are to be found by record, never by stage
        moved = records_entering(question, list(question.blueprint.stages_by_id))
        among = "array_position(%(open_stages)s::uuid[], o.stage_id) is not null"
        left = Fragment(f"{among} and o.record_id in ({moved.sql})", moved.values)
    near = {"entered_near": question.near("o.entered_at"), "exited_near": question.near("o.exited_at")}
    near["changed_near"] = question.near("c.at")
    return {**near, "left": left}, {"open_stages": [stage.id for stage in question.pipeline_stages if stage.is_open]}


class WinRate(MetricKind):
    """Won, of all that was closed."""

    parameters = OfPipeline
    stage_parts = CLOSED
    counts = ("won", "closed")
    parts = {"counted": "Closed", "numerator": "Won", "missed": "Lost"}

    def filled(self, question: Question) -> Filled:
        return closings(question)


class Cycle(MetricKind):
    """How long a won deal took."""

    formula = "days from opening to won ÷ won"
    parameters = OfPipeline
    unit = "days"
    stage_parts = CLOSED
    aside_label = "Created after they were won"
    parts = {"counted": "Won", "aside": aside_label}
    is_split = False
    curves: ClassVar[tuple[tuple[str, str], ...]] = (("Mean", "value"), ("Median", "median"))

    def filled(self, question: Question) -> Filled:
        return closings(question, only_won=True)

    def made_of(self, metric: MetricTerms, figure: Figure, currency: str) -> str:
        median = f", median {days(figure.median)}" if figure.median is not None else ""
        return f"{number(figure.denominator, 0)} won{median}{self.beside(figure)}"


class AverageDeal(Cycle):
    """What a won deal with an amount is worth, in the reporting currency at the rates of closing."""

    formula = "won amount ÷ won with an amount"
    unit = "money"
    money = "numerator"
    brings = ("currency",)
    curves = ()
    aside_label = "Won without an amount"
    parts = {"counted": "Won with an amount", "aside": aside_label, "unconverted": UNCONVERTED}

    def facts(self, figure: Figure, currency: str) -> list[tuple[str, str]]:
        return [*super().facts(figure, currency), ("Won amount", money_to_the_cent(figure.numerator, currency))]


class WonAmount(AverageDeal):
    """What was won, in the reporting currency at the rates of closing."""

    statement = "average_deal"
    formula = "sum of the won amounts"

    def adds_up(self) -> bool:
        return True

    def value(self, totals: Totals, day: date) -> Decimal | None:
        return exact(totals.numerator)


class Velocity(MetricKind):
    """Money per day: open deals × win rate × average won deal ÷ sales cycle."""

    formula = "open deals × (won ÷ closed) × (won amount ÷ won with an amount) ÷ mean sales cycle, of one day at least"
    parameters = OfPipeline
    unit = "money_per_day"
    stage_parts = CLOSED
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
        return ratio(totals.stock * (day - EPOCH).days - totals.stock_days, totals.stock)

    def made_of(self, metric: MetricTerms, figure: Figure, currency: str) -> str:
        return f"{number(figure.open_count, 0)} open"

    def facts(self, figure: Figure, currency: str) -> list[tuple[str, str]]:
        return [("Open now", number(figure.open_count)), *super().facts(figure, currency)]
