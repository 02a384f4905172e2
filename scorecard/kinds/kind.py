"""What every kind of metric says: what it is asked with and reads, its samples, its value, and how people see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from blueprint.schema import Blueprint, MetricTerms
from core.figures import number, shown
from core.sql import Fragment, SqlFile, load
from core.tenancy.scope import here
from scorecard.kinds.parameters import Parameters
from scorecard.rules.totals import ZERO, Figure, Inputs, PartRows, Totals, exact, mean_of, quantile, quotient

if TYPE_CHECKING:
    from scorecard.kinds import Question

RECORDS_ENTERING = load("scorecard", "parts/records_entering")
DAY = timedelta(days=1)
ENTERED = frozenset({"entry", "exit", "moves_to", "required", "creates"})  # what decides who comes in

UNCONVERTED = "Without a rate"  # the rows whose money could not be converted

# What a kind puts at the places of its statement, and the values of its own parameters.
Filled = tuple[dict[str, Fragment | SqlFile | str], dict[str, Any]]


class MetricKind:
    """One kind of metric. Nothing else asks which kind a metric is of."""

    parameters: ClassVar[type[Parameters]]
    statement: str = ""
    """The statement of its samples where it shares one; else that of its own name."""
    other_statements: ClassVar[tuple[str, ...]] = ()
    """Those that its parameters choose instead."""
    unit: ClassVar[str] = "ratio"
    other_units: ClassVar[tuple[str, ...]] = ()
    """What a metric of the kind may be told in instead."""
    stage_parts: ClassVar[frozenset[str]] = ENTERED
    """What it reads of the stages that its parameters name; its statement uses nothing else of them."""
    seam_parts: ClassVar[frozenset[str]] = frozenset()
    """The same of the seam."""
    reads_sources: ClassVar[bool] = False
    """Whether it reads the blueprint's lists of sources."""
    tells_whose: bool = True
    """Whether its samples say whose the record was, its source and worth then; else that is looked up by their day."""
    is_of_records: bool = True
    """Whether its samples are about records; others are read by what they say themselves, and have no filter."""
    is_light: bool = False
    """Whether its samples are few, however much happened."""
    brings: ClassVar[tuple[str, ...]] = ()
    """Segments it can be read by beside the metric's own."""
    moves_with: str = ""
    """Which marks make its days be counted again, beside those that are about all."""
    has_stock: ClassVar[bool] = False
    """Whether sums of stock are carried from the first day on: what is open at a day's end."""

    counts: ClassVar[tuple[str, str]] = ("", "")
    """What its numerator and its denominator are."""
    formula: ClassVar[str] = ""
    """What is reckoned, where it is more than its numerator by its denominator."""
    ripens: ClassVar[str] = "at once"
    """When its samples can no longer turn out otherwise by mere waiting, in words."""
    parts: Mapping[str, str]
    """The rows that can be opened, the first unless told otherwise: part → what a person calls it."""
    aside_label: str = ""
    """What its `aside` is, where it counts anything there."""
    is_split: ClassVar[bool] = True
    """Whether each row counts in the numerator or does not."""
    is_numerator_good: ClassVar[bool] = True
    counts_rows: bool = False
    """Whether its sums say how many rows there are: each adds one to the denominator, or else one aside."""
    money: str = ""
    """Which of its sums is money: numerator, denominator or aside. Its statement converts each amount then and says how
    many `amounts` it adds and how many are `unconverted`; that of another kind does not."""
    is_made_of_metrics: ClassVar[bool] = False
    """Whether it has no samples of its own, only the figures of others."""
    adds_money: ClassVar[bool] = False
    """Whether its denominator may be money, which cannot be weighed against counts."""
    has_cohorts: ClassVar[bool] = False
    """Whether its day is that of a cohort, and its measure the age at which one of it converted."""
    measures: str = "days"
    median_label: ClassVar[str] = "Median"
    curves: ClassVar[tuple[tuple[str, str], ...]] = ()
    """The curves of its trend where it is more than the value: name and attribute of the figure."""

    @property
    def tells_known(self) -> bool:
        """Whether it can say what was known of its samples on a day: they are stays, whose corrections are kept."""
        return self.tells_whose

    def bound(self, metric: MetricTerms) -> MetricKind:
        """The kind as the parameters of this metric make it."""
        return self

    def filled(self, question: Question) -> Filled:
        """What its statement is filled with. Raises KeyError for a stage or seam that does not exist."""
        raise NotImplementedError

    def segments(self, metric: MetricTerms, blueprint: Blueprint) -> frozenset[str] | None:
        """Which segments it can be read by; None for whichever the metric names."""
        return None

    def by_the_clock(self, metric: MetricTerms) -> MetricTerms | None:
        """The same metric by the clock on the wall, where it is told in working time."""
        return None

    def is_kept(self, question: Question) -> bool:
        """Whether every change of its samples marks their days, so that readings of them can be kept."""
        return True

    def lines(self, question: Question) -> tuple[str, ...]:
        """Expressions among its parameters."""
        return ()

    def moving(self, question: Question, first: date, last: date) -> tuple[date, date] | None:
        """The days whose verdicts changed between two days though nobody did anything: an SLA ran out, a window
        closed."""
        return None

    def closing_stages(self, question: Question) -> list[UUID]:
        """The stages whose closings it tells of, whose later changes are told beside it."""
        return []

    def opening_stages(self, question: Question) -> list[UUID]:
        """The stages whose first entry gives a closing its day; none where it counts on the day of closing."""
        return []

    def ripe_after(self, question: Question, whole: Figure) -> timedelta:
        """How long after a day its samples may turn out otherwise by mere waiting; `whole` is the period's figure."""
        return timedelta()

    def figure(self, totals: Totals, day: date) -> Figure:
        """Sums to values; `day` is the last of the period, up to which the open are counted."""
        inputs, mean = self.inputs(totals), mean_of(totals.distribution)
        value = inputs.product if inputs else self.value(totals, day)
        return Figure(
            value=None if value is None else exact(value),
            unrounded=value,
            numerator=totals.numerator,
            denominator=totals.denominator,
            aside=totals.aside,
            open_count=totals.stock if self.has_stock else ZERO,
            mean=None if mean is None else exact(mean),
            median=quantile(totals.distribution, Decimal("0.5")),
            p90=quantile(totals.distribution, Decimal("0.9")),
            inputs=inputs,
            maximum=exact(Decimal(max(totals.distribution))) if totals.distribution else None,
            amounts=totals.amounts,
            unconverted=totals.unconverted,
        )

    def weighs_money(self, metric: MetricTerms) -> bool:
        """Whether the denominator of this metric is money."""
        return self.adds_money

    def adds_up(self) -> bool:
        """Whether its value grows day by day, so that half of a period is to bring half of its target."""
        return False

    def inputs(self, totals: Totals) -> Inputs | None:
        """What the value is multiplied from, where it is more than a share."""
        return None

    def value(self, totals: Totals, day: date) -> Decimal | None:
        """What it says, not rounded."""
        return quotient(totals.numerator, totals.denominator)

    def made_of(self, metric: MetricTerms, figure: Figure, currency: str) -> str:
        """What a figure is made of: `38 won of 61 closed`, `12 open`."""
        part, whole = self.counts
        told = f"{number(figure.numerator, 0)} {part} of {number(figure.denominator, 0)} {whole}"
        return told + self.beside(figure)

    def beside(self, figure: Figure) -> str:
        """What is counted beside, where there is any: `, 22 too young to tell`, `, 2 without a rate`."""
        told = ""
        if "aside" in self.parts and figure.aside:
            told = f", {number(figure.aside, 0)} {self.aside_label[:1].lower()}{self.aside_label[1:]}"
        return told + (f", {number(figure.unconverted, 0)} without a rate" if figure.unconverted else "")

    def sample(self, metric: MetricTerms, figure: Figure) -> str:
        """How many a share is counted from: `3 of 7`; blank where it is no share of things counted."""
        if metric.unit != "ratio" or not figure.denominator:
            return ""
        return f"{number(figure.numerator, 0)} of {number(figure.denominator, 0)}"

    def part_counts(self, figure: Figure) -> dict[str, Decimal]:
        """How many rows stand behind each part, where sums are counts."""
        counted = {
            "counted": figure.denominator,
            "numerator": figure.numerator,
            "missed": figure.denominator - figure.numerator,
            "open": figure.open_count,
            "aside": figure.aside,
            "unconverted": Decimal(figure.unconverted),
        }
        return {part: counted[part] for part in self.parts if part in counted}

    def rows_of(self, part: str, totals: Totals) -> PartRows | None:
        """How many rows of a part there are on days with these sums; None where the sums do not say."""
        if not self.counts_rows:
            return None
        counted, met = totals.denominator, totals.numerator
        sums = {"counted": (counted, met, counted), "aside": (totals.aside, ZERO, ZERO)}
        if self.is_split:
            missed = counted - met
            sums |= {"numerator": (met, met, met), "missed": (missed, ZERO, missed)}
        return PartRows(int(sums[part][0]), *sums[part][1:]) if part in sums else None

    def facts(self, figure: Figure, currency: str) -> list[tuple[str, str]]:
        """The numbers beside the value."""
        if figure.median is None:
            return []
        lengths = (self.median_label, figure.median), ("90th percentile", figure.p90), ("Mean", figure.mean)
        return [(label, shown(value, self.measures)) for label, value in lengths]


def records_entering(question: Question, stages: list[Any]) -> Fragment:
    """The records that entered one of the stages on the days."""
    near = RECORDS_ENTERING.fill(entering_near=question.near("n.entered_at"))
    return near.fragment(workspace=here(), entering=stages)


def days_reaching_age(first: date, last: date, length: timedelta) -> tuple[date, date]:
    """The days whose offers become so old between two days; one more on each side for the hours of the day."""
    return first - length - DAY, last - length + DAY
