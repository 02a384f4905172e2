"""Kinds of a pipeline: what was closed in it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from blueprint.schema import MetricTerms
from core.figures import days, money, money_to_the_cent, number
from core.sql import Fragment, load
from core.tenancy.scope import here
from scorecard.kinds.entries import first_entries
from scorecard.kinds.kind import ENTERED, UNCONVERTED, Filled, MetricKind
from scorecard.kinds.over_sources import ADDED, TOLD_OF_MONEY, WHOSE, over_source
from scorecard.kinds.parameters import ClosingsOf, WinRateOf
from scorecard.rules.totals import Figure, Totals, exact

if TYPE_CHECKING:
    from scorecard.kinds import Question

CLOSED = ENTERED | {"category"}
CLOSINGS = load("scorecard", "parts/closings")
AGED = f"""join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = x.record_id
cross join lateral ({load("scorecard", "parts/cycle_length").draft}) age"""


def over_closings(question: Question, *, only_won: bool = False, values: Mapping[str, Any], **said: Any) -> Filled:
    """A sample for each closing."""
    near, known = closings(question, only_won=only_won)
    said = {"whose": WHOSE.format(""), **said}
    return over_source(CLOSINGS.fill(**near), "x.closed_at", values=values, **said), known


def closings(question: Question, *, only_won: bool = False) -> Filled:
    """What was closed on the days."""
    won, lost = won_and_lost(question)
    values = {
        "won": won,
        "lost": lost,
        "closed": won if only_won else won + lost,
        "only_last": question.parameters.reopened == "last",
        "pipeline_stages": [stage.id for stage in question.pipeline_stages],
    }
    return {"closed_near": question.near("s.entered_at")}, values


def won_and_lost(question: Question) -> tuple[list[UUID], list[UUID]]:
    """The stages of the pipeline in which a deal is won, and those in which it is lost."""
    stages = question.pipeline_stages
    won, lost = ([stage.id for stage in stages if stage.category == category] for category in ("won", "lost"))
    return won, lost


class OfClosings(MetricKind):
    """Deals of one pipeline that were closed."""

    parameters: ClassVar[type[ClosingsOf]] = ClosingsOf
    stage_parts = CLOSED
    counts_rows = True

    def bound(self, metric: MetricTerms) -> Self:
        """Where only the last closing counts, a later one changes an earlier one's day."""
        found = copy(self)
        found.moves_with = "cohort" if metric.parameters.get("reopened") == "last" else ""
        return found

    def closing_stages(self, question: Question) -> list[UUID]:
        won, lost = won_and_lost(question)
        return won + lost


class WinRate(OfClosings):
    """Won, of won and lost: deals or their amounts, by the day of closing or of opening. A blank amount stands
    aside."""

    parameters = WinRateOf
    counts = ("won", "closed")
    formula = "won ÷ closed, by number or by amount"
    ripens = "at once; by opening, after as many days as nine of ten closings of the period took"
    money = "denominator"
    statement = "measure_of_money"
    other_statements = ("win_rate_by_opening",)
    parts = {"counted": "Closed", "numerator": "Won", "missed": "Lost"}
    median_label = "From opening to closing: median"
    by_amount = by_opening = False

    def bound(self, metric: MetricTerms) -> Self:
        found = super().bound(metric)
        asked = self.parameters.model_validate(metric.parameters)
        found.by_amount, found.by_opening = asked.weigh == "amount", asked.cohort == "opening"
        beside = ["still open"] if found.by_opening else []
        beside += ["without an amount"] if found.by_amount else []
        if found.by_opening:
            [found.statement], found.moves_with = self.other_statements, "cohort"
        if beside:
            found.aside_label = " or ".join(beside).capitalize()
            found.parts = {**self.parts, "aside": found.aside_label}
        found.counts_rows = not found.by_amount
        if found.by_amount:
            found.parts = {**found.parts, "unconverted": UNCONVERTED}
        return found

    def filled(self, question: Question) -> Filled:
        by_count = {"by_count": not self.by_amount}
        if not self.by_opening:
            weight = "case when %(by_count)s then 1 else coalesce(money.amount, 0) end"
            return over_closings(
                question,
                values=by_count,
                amount="case when not %(by_count)s then x.amount end",
                numerator=f"case when x.is_won then {weight} else 0 end",
                denominator=weight,
                aside="(not %(by_count)s and x.amount is null)::int",
                cause=f"case when %(by_count)s then x.cause else {TOLD_OF_MONEY} end",
            )
        won, lost = won_and_lost(question)
        stages = [stage.id for stage in question.pipeline_stages]
        return first_entries(question, stages, [], won=won, lost=lost, **by_count)

    def opening_stages(self, question: Question) -> list[UUID]:
        return [stage.id for stage in question.pipeline_stages] if self.by_opening else []

    def weighs_money(self, metric: MetricTerms) -> bool:
        return metric.parameters.get("weigh") == "amount"

    def ripe_after(self, question: Question, whole: Figure) -> timedelta:
        return timedelta(days=int(whole.p90 or 0)) if self.by_opening else timedelta()

    def made_of(self, metric: MetricTerms, figure: Figure, currency: str) -> str:
        if not self.by_amount:
            return super().made_of(metric, figure, currency)
        told = f"{money(figure.numerator, currency)} won of {money(figure.denominator, currency)} closed"
        return told + self.beside(figure)

    def sample(self, metric: MetricTerms, figure: Figure) -> str:
        return "" if self.by_amount else super().sample(metric, figure)

    def part_counts(self, figure: Figure) -> dict[str, Decimal]:
        return {} if self.by_amount else super().part_counts(figure)


class Cycle(OfClosings):
    """Calendar days from the opening of a deal to closed won. The day is that of closing. A deal that was created after
    it was won, as files can tell, stands aside: nobody knows when it was opened."""

    statement = "measure"
    formula = "days from opening to won ÷ won"
    unit = "days"
    aside_label = "Created after they were won"
    parts = {"counted": "Won", "aside": aside_label}
    is_split = False
    curves: ClassVar[tuple[tuple[str, str], ...]] = (("Mean", "value"), ("Median", "median"))

    def filled(self, question: Question) -> Filled:
        known = {"workspace": here(), "zone": str(question.zone)}
        return over_closings(
            question,
            only_won=True,
            values={},
            joins=Fragment(AGED, known),
            numerator="case when age.is_known then age.days else 0 end",
            denominator="age.is_known::int",
            aside="(not age.is_known)::int",
            measure="case when age.is_known then age.days end",
        )

    def closing_stages(self, question: Question) -> list[UUID]:
        return won_and_lost(question)[0]

    def made_of(self, metric: MetricTerms, figure: Figure, currency: str) -> str:
        median = f", median {days(figure.median)}" if figure.median is not None else ""
        return f"{number(figure.denominator, 0)} won{median}{self.beside(figure)}"


class AverageDeal(Cycle):
    """What a won deal with an amount is worth, in the reporting currency at the rates of closing. Those without stand
    aside, and those without a rate are counted. The day is that of closing."""

    statement = "measure_of_money"
    formula = "won amount ÷ won with an amount"
    unit = "money"
    money = "numerator"
    brings = ("currency",)
    curves = ()
    aside_label = "Won without an amount"
    parts = {"counted": "Won with an amount", "aside": aside_label, "unconverted": UNCONVERTED}

    def filled(self, question: Question) -> Filled:
        return over_closings(question, only_won=True, values={}, amount="x.amount", **ADDED)

    def facts(self, figure: Figure, currency: str) -> list[tuple[str, str]]:
        return [*super().facts(figure, currency), ("Won amount", money_to_the_cent(figure.numerator, currency))]


class WonAmount(AverageDeal):
    """What was won, in the reporting currency at the rates of closing."""

    formula = "sum of the won amounts"

    def adds_up(self) -> bool:
        return True

    def facts(self, figure: Figure, currency: str) -> list[tuple[str, str]]:
        return []  # the won amount is its value

    def value(self, totals: Totals, day: date) -> Decimal | None:
        return exact(totals.numerator)
