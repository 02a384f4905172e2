"""Kinds that measure any source: count, sum, share, and the time between two dates."""

from __future__ import annotations

from copy import copy
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Self

from blueprint.expressions.to_sql import all_met_sql
from blueprint.schema import Blueprint, MetricTerms
from core.figures import number, shown
from core.sql import Fragment
from core.tenancy.scope import here
from lifecycle.facts import RECORD_SQL
from scorecard.kinds.kind import UNCONVERTED, Filled, MetricKind
from scorecard.kinds.measure_parameters import CountOf, ElapsedOf, OfSource, ShareOf, SumOf
from scorecard.kinds.metric_sources import column_of, source_of, together
from scorecard.kinds.over_sources import ADDED, COUNTED, WHOSE, over_source, seconds_between
from scorecard.kinds.working_minutes import worked_between
from scorecard.rules.totals import Figure, Totals, exact, mean_of, quantile, quotient

if TYPE_CHECKING:
    from scorecard.kinds import Question

# What a line about a thing may look at beside it. What no line looks at, a plan leaves out, as these are left joins.
RECORD_OF_THING = """left join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = x.record_id
left join lifecycle_stage s on s.workspace_id = %(workspace)s and s.id = r.stage_id
left join lifecycle_account a on a.workspace_id = %(workspace)s and a.id = r.account_id"""
SECONDS = {"minutes": 60, "hours": 3_600, "days": 86_400}


class Measure(MetricKind):
    """Things of one source, whichever it is."""

    parameters: ClassVar[type[OfSource]]
    statement = "measure"
    tells_whose = False
    counts_rows = True
    unit = "count"
    brings: tuple[str, ...] = ("stage", "cause")
    parts = {"counted": "All"}
    is_split = False
    asked: Any = None
    """The parameters of the metric, once the kind is bound to one."""

    def bound(self, metric: MetricTerms) -> Self:
        found = copy(self)
        found.asked = self.parameters.model_validate(metric.parameters)
        found.moves_with = found.asked.source.moves_with
        found.tells_whose = found.date_name in found.asked.source.whose
        found.is_of_records = found.asked.source.is_of_records
        found.is_light = not found.is_of_records
        return found

    def segments(self, metric: MetricTerms, blueprint: Blueprint) -> frozenset[str] | None:
        return None if self.bound(metric).is_of_records else frozenset({"owner"})

    @property
    def date_name(self) -> str:
        """The column on whose day things count."""
        return str(self.asked.day.partition(".")[2])

    @property
    def tells_known(self) -> bool:
        """Of stays, where nothing is asked that only the record of now says."""
        asks_now = bool(self.asked.lines) or getattr(self.asked, "amount", "") == "stays.mrr"
        return self.tells_whose and self.is_of_records and not asks_now

    def is_kept(self, question: Question) -> bool:
        asked: OfSource = question.parameters
        return self.date_name in asked.source.marked

    def lines(self, question: Question) -> tuple[str, ...]:
        return tuple(question.parameters.lines.values())

    def filled(self, question: Question) -> Filled:
        asked: OfSource = question.parameters
        day = column_of(asked.day)
        values: dict[str, Any] = {"event": asked.event}
        if "stages" in asked.source.narrowed_by:
            paths = [asked.stages] if asked.stages else [each.key for each in question.blueprint.pipelines]
            values["in_stages"] = [stage for path in paths for stage in question.stages(path)]
        if "seam" in asked.source.narrowed_by:
            values["in_seams"] = [seam.id for seam in question.blueprint.seams if asked.seam in ("", seam.key)]
        joins = Fragment(RECORD_OF_THING, {"workspace": here()}) if asked.lines else ""
        near = f"{day} is not null and {question.near(day)}" + (" and x.record_id is not null" if asked.lines else "")
        said = {"joins": joins, "where": self.condition(question, "where"), **self.sums(question)}
        if self.tells_whose:
            said["whose"] = WHOSE.format(asked.source.whose[self.date_name])
        return over_source(asked.source.part, day, near=near, values={}) | said, values

    def condition(self, question: Question, name: str) -> Fragment:
        """A line as a condition, money by the rate of the day on which a thing counts; unknown is no."""
        asked: OfSource = question.parameters
        lines = [asked.lines[name]] if name in asked.lines else []
        columns = RECORD_SQL | asked.source.columns()
        catalogue = together(question.blueprint.catalogue, asked.source.fields)
        day = f"({column_of(asked.day)} at time zone %(zone)s)::date"
        return Fragment.of(name, all_met_sql(lines, catalogue, "r", columns=columns, at=question.at, rate_on=day))

    def sums(self, question: Question) -> dict[str, Fragment | str]:
        """What each thing adds: numerator, denominator, aside and measure."""
        return {**COUNTED}

    def value(self, totals: Totals, day: date) -> Decimal | None:
        return exact(Decimal(totals.numerator))

    @property
    def noun(self) -> str:
        """What is counted."""
        return source_of(self.asked.day).label.lower()

    def made_of(self, metric: MetricTerms, figure: Figure, currency: str) -> str:
        return f"{number(figure.denominator, 0)} {self.noun}{self.beside(figure)}"


class Counted(Measure):
    """How many things of a source, on the day of one of their dates."""

    parameters = CountOf
    formula = "number of things that count"

    def adds_up(self) -> bool:
        return True


class Summed(Measure):
    """An amount of a source's things added up, or its mean; those without it are counted beside. Money is told in the
    reporting currency, by the rates of the days on which things count."""

    parameters = SumOf
    formula = "sum of the amounts, or that sum ÷ things with an amount"
    unit = "money"
    other_units = ("count",)
    other_statements = ("measure_of_money",)
    aside_label = "Without an amount"
    parts = {"counted": "With an amount", "aside": aside_label}

    def bound(self, metric: MetricTerms) -> Self:
        found = super().bound(metric)
        if metric.unit == "money":
            [found.statement], found.money = self.other_statements, "numerator"
            found.counts_rows = False
            found.parts = {**self.parts, "unconverted": UNCONVERTED}
        return found

    def adds_up(self) -> bool:
        return bool(self.asked.told != "mean")

    def sums(self, question: Question) -> dict[str, Fragment | str]:
        amount = column_of(question.parameters.amount)
        if self.money:
            return {"amount": amount, **ADDED}
        return {
            "numerator": f"coalesce({amount}, 0)",
            "denominator": f"({amount} is not null)::int",
            "aside": f"({amount} is null)::int",
            "measure": "null::int",
        }

    def value(self, totals: Totals, day: date) -> Decimal | None:
        if self.asked.told == "mean":
            return quotient(totals.numerator, totals.denominator)
        return super().value(totals, day)


class Proportion(Measure):
    """How many of a source's things meet a line, of all that count."""

    parameters = ShareOf
    formula = "things that meet the line ÷ things that count"
    unit = "ratio"
    parts = {"counted": "All", "numerator": "That meet it", "missed": "Others"}
    is_split = True

    def sums(self, question: Question) -> dict[str, Fragment | str]:
        met = self.condition(question, "that")
        return {**super().sums(question), "numerator": Fragment(f"{met.sql}::int", met.values)}

    def value(self, totals: Totals, day: date) -> Decimal | None:
        return quotient(totals.numerator, totals.denominator)

    def made_of(self, metric: MetricTerms, figure: Figure, currency: str) -> str:
        return f"{number(figure.numerator, 0)} of {super().made_of(metric, figure, currency)}"


class Elapsed(Measure):
    """How long it took from one date of a thing to another, in whole minutes, hours or days."""

    parameters = ElapsedOf
    formula = "median, mean, 90th percentile or longest of the time from one date to the other, each cut to whole units"
    ripens = "by its end, at once; by its start, when it ends: what has not ended is counted beside"
    unit = "days"
    other_units = ("hours", "minutes")
    aside_label = "Not ended yet"
    parts = {"counted": "Ended", "aside": aside_label}

    def bound(self, metric: MetricTerms) -> Self:
        found = super().bound(metric)
        found.measures = metric.unit
        if found.asked.told == "oldest":
            found.parts = {"counted": self.aside_label}  # type: ignore[misc] # of this one metric
        return found

    def is_kept(self, question: Question) -> bool:
        return question.parameters.told != "oldest" and super().is_kept(question)

    def filled(self, question: Question) -> Filled:
        places, values = super().filled(question)
        asked: ElapsedOf = question.parameters
        start, end = asked.columns
        held = [f"{start} is not null", f"({end} is null or {end} >= {start})"]
        held += [f"{end} is null"] if asked.told == "oldest" else []
        places["near"] = " and ".join([*held, str(places["near"])])
        return places, values

    def sums(self, question: Question) -> dict[str, Fragment | str]:
        asked: ElapsedOf = question.parameters
        start, end = asked.columns
        values: dict[str, Any] = {}
        if asked.told == "oldest":
            end, values = f"coalesce({end}, %(until)s)", {"until": question.at}
        if asked.calendar:
            calendar = next(each for each in question.blueprint.calendars if each.key == asked.calendar)
            worked = worked_between(calendar.hours, start, end, question.at)
            length, values = worked.sql, values | dict(worked.values)
        else:
            length = seconds_between(start, end, question.metric.unit)
        length = f"floor(({length}) / {SECONDS[question.metric.unit]})::int"
        return {
            "numerator": Fragment(f"coalesce({length}, 0)", values),
            "denominator": Fragment(f"({length} is not null)::int", values),
            "aside": Fragment(f"({length} is null)::int", values),
            "measure": Fragment(length, values),
        }

    def value(self, totals: Totals, day: date) -> Decimal | None:
        lengths = totals.distribution
        if not lengths:
            return None
        if self.asked.told in ("maximum", "oldest"):
            return exact(Decimal(max(lengths)))
        if self.asked.told == "mean":
            return mean_of(lengths)
        return quantile(lengths, Decimal("0.9" if self.asked.told == "p90" else "0.5"))

    def facts(self, figure: Figure, currency: str) -> list[tuple[str, str]]:
        told = super().facts(figure, currency)
        return told if figure.maximum is None else [*told, ("Longest", shown(figure.maximum, self.measures))]
