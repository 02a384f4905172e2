"""Kinds that follow records from where they first entered."""

from __future__ import annotations

from copy import copy
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from blueprint.schema import MetricTerms
from blueprint.schema.reporting import SOURCE_LISTS
from core.figures import money, number
from core.sql import Fragment, load
from scorecard.kinds.kind import UNCONVERTED, Filled, MetricKind, days_reaching_age, records_entering
from scorecard.kinds.over_sources import WHOSE, over_source
from scorecard.kinds.parameters import ConversionOf, OfPipeline, Parameters, SourcedOf
from scorecard.rules.totals import ZERO, Figure, PartRows, Totals, exact

if TYPE_CHECKING:
    from scorecard.kinds import Question

FIRST_ENTRIES = load("scorecard", "parts/first_entries")


def first_entries(question: Question, entry: list[UUID], goal: list[UUID], **values: Any) -> Filled:
    """Journeys by the day they first entered."""
    if question.days.is_everything:
        near = Fragment("s.stage_id = any(%(entry)s || %(goal)s::uuid[])")
    else:
        found = records_entering(question, entry)
        near = Fragment(f"s.record_id in ({found.sql})", found.values)
    return {"near": near}, {"entry": entry, "goal": goal, **values}


class Conversion(MetricKind):
    """Of those that entered one place, how many reached another then or later, and after how many days: whenever, or
    within some days of those old enough. The day is that of entering, whenever the other place was reached."""

    statement = "measure"
    parameters: ClassVar[type[ConversionOf]] = ConversionOf
    moves_with = "cohort"
    counts = ("converted", "entered")
    parts = {"counted": "All that entered", "numerator": "Converted", "missed": "Not yet"}
    median_label = "Time to convert: median"
    has_cohorts = True
    counts_rows = True
    ripens = "after its window; without one, after as many days as nine of ten conversions of the period took"
    within = timedelta()

    def bound(self, metric: MetricTerms) -> Self:
        found = copy(self)
        if days := self.parameters.model_validate(metric.parameters).within_days:
            found.within, found.aside_label = timedelta(days=days), "Too young to tell"
            found.parts = {
                "counted": "Old enough to tell",
                "numerator": f"Converted within {days} days",
                "missed": "Not in time",
                "aside": found.aside_label,
            }
        return found

    def filled(self, question: Question) -> Filled:
        asked = question.parameters
        near, values = first_entries(question, question.stages(asked.from_), question.stages(asked.to))
        entered, reached, now = (
            f"({each} at time zone %(zone)s)" for each in ("x.entered_at", "x.reached_at", "%(at)s")
        )
        is_over = f"coalesce({entered} + %(within_length)s::interval <= {now}, true)"
        in_time = f"coalesce({reached} <= {entered} + %(within_length)s::interval, true)"
        places = over_source(
            FIRST_ENTRIES.fill(**near),
            "x.entered_at",
            where="x.entered_at is not null",
            values={"within_length": self.within or None, "at": question.at},
            whose=WHOSE.format(""),
            numerator=f"({is_over} and x.reached_at is not null and {in_time})::int",
            denominator=f"({is_over})::int",
            aside=f"(not {is_over})::int",
            measure=f"case when x.reached_at is not null then greatest({reached}::date - {entered}::date, 0) end",
        )
        return places, values

    def moving(self, question: Question, first: date, last: date) -> tuple[date, date] | None:
        return days_reaching_age(first, last, self.within) if self.within else None

    def ripe_after(self, question: Question, whole: Figure) -> timedelta:
        """Its window; where it has none, as long as nine of ten conversions of the period took."""
        return self.within or timedelta(days=int(whole.p90 or 0))


class Sourced(MetricKind):
    """Of what entered a pipeline, how much came from one side, by the blueprint's lists of sources."""

    parameters: ClassVar[type[Parameters]] = SourcedOf
    moves_with = "cohort"
    reads_sources = True
    brings = ("cause", "currency")
    counts = ("from there", "in all")
    formula = "amount (or number) from that side ÷ amount (or number) in all"
    aside_label = "Without an amount"
    parts = {"all": "All opportunities", "numerator": "From there", "aside": aside_label, "unconverted": UNCONVERTED}
    is_split = False
    money = "denominator"
    adds_money = True

    def filled(self, question: Question) -> Filled:
        asked, reporting = self.asked(question), question.blueprint.reporting
        lists = {name: sorted({each.lower() for each in getattr(reporting, name)}) for name in SOURCE_LISTS}
        said = {"by_count": asked.by == "count", "side": asked.side.capitalize(), **lists}
        return first_entries(question, question.stages(asked.pipeline), [], **said)

    def asked(self, question: Question) -> SourcedOf:
        """What its statement is asked with."""
        found: SourcedOf = question.parameters
        return found

    def made_of(self, metric: MetricTerms, figure: Figure, currency: str) -> str:
        side = metric.parameters.get("side", "marketing")
        if metric.parameters.get("by") == "count":
            return f"{number(figure.numerator, 0)} from {side} of {number(figure.denominator, 0)} in all"
        told = f"{money(figure.numerator, currency)} from {side} of {money(figure.denominator, currency)}"
        return told + self.beside(figure)

    def sample(self, metric: MetricTerms, figure: Figure) -> str:
        return super().sample(metric, figure) if metric.parameters.get("by") == "count" else ""

    def part_counts(self, figure: Figure) -> dict[str, Decimal]:
        return {}

    def rows_of(self, part: str, totals: Totals) -> PartRows | None:
        """By number each row is one of the denominator; by amount it has an amount, none, or one without a rate. Those
        of the numerator are counted where others keep what is open."""
        beside = {"aside": int(totals.aside), "unconverted": totals.unconverted}
        if part in beside:
            return PartRows(beside[part], ZERO, ZERO)
        if part == "numerator":
            return PartRows(int(totals.stock), totals.numerator, totals.numerator)
        if part != "all":
            return None
        by_amount = totals.amounts + sum(beside.values())
        return PartRows(by_amount or int(totals.denominator), totals.numerator, totals.denominator)


class Generated(Sourced):
    """What entered a pipeline, in the reporting currency at the rates of the days of entry."""

    statement = "sourced"
    parameters = OfPipeline
    unit = "money"
    formula = "sum of the amounts of what entered"
    parts = {"all": "All opportunities", "aside": Sourced.aside_label, "unconverted": UNCONVERTED}

    def asked(self, question: Question) -> SourcedOf:
        return SourcedOf.model_validate({"pipeline": question.parameters.pipeline})

    def adds_up(self) -> bool:
        return True

    def value(self, totals: Totals, day: date) -> Decimal | None:
        return exact(totals.denominator)

    def made_of(self, metric: MetricTerms, figure: Figure, currency: str) -> str:
        return f"{number(figure.amounts, 0)} with an amount{self.beside(figure)}"
