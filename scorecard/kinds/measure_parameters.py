"""Parameters of measures: what is counted of which source, on which date, and which of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from blueprint.expressions.criteria import compile_line
from blueprint.expressions.source import BadExpression
from blueprint.schema import Blueprint
from blueprint.schema.values import IsExpression, OneOf, Text
from scorecard.kinds.metric_sources import AMOUNTS, DATES, SOURCES, Source, column_of, source_of, together
from scorecard.kinds.parameters import GoingTogether, KnownNames, StagesNamed

Dated = Annotated[str, OneOf(tuple(DATES.items()), may_be_blank=False)]
Line = Annotated[str, Text(2_000, may_be_blank=True), IsExpression()]
NOUNS = {"stages": "stages", "seam": "a seam", "event": "a kind of event"}


class OfSource(GoingTogether):
    """Things of one source: of some stages, of a seam or of a kind of event; and of them those that meet a line."""

    stages: StagesNamed = Field("", title="In the stage", description="Of stays: a stage, or a pipeline. Blank is all.")
    seam: Annotated[str, KnownNames("seam")] = Field(
        "", title="At the seam", description="Of handoffs and assignments. Blank is all."
    )
    event: Annotated[str, Text(60, may_be_blank=True)] = Field(
        "", title="Kind of event", description="Of events, such as record.overridden."
    )
    where: Line = Field("", title="Only those where", description="A line of the criteria language; blank is all.")

    of_source: ClassVar[tuple[str, ...]] = ("dated",)
    """The dates and amounts among the parameters, which are of one source; the first says which."""
    written: ClassVar[tuple[str, ...]] = ("where",)
    """The expressions among them."""

    @property
    def day(self) -> str:
        """The date on whose day a thing counts."""
        raise NotImplementedError

    @property
    def source(self) -> Source:
        return SOURCES[getattr(self, self.of_source[0]).partition(".")[0]]

    @property
    def lines(self) -> dict[str, str]:
        """The expressions among the parameters that are not blank."""
        return {name: line for name in self.written if (line := getattr(self, name)).strip()}

    def contradictions(self, blueprint: Blueprint) -> Iterator[tuple[str, str]]:
        source = self.source
        for name in self.of_source:
            if getattr(self, name).partition(".")[0] != source.name:
                yield name.rstrip("_"), f"This is not of the same source: {source.label}."
        for name, noun in NOUNS.items():
            if getattr(self, name) and name not in source.narrowed_by:
                yield name, f"{source.label} are not narrowed by {noun}."
        if "event" in source.narrowed_by and not self.event:
            yield "event", "Say which events are counted."
        for name, line in self.lines.items():
            if not source.is_of_records:
                yield name, f"{source.label} have no facts that a line could look at."
                continue
            try:
                compile_line(together(blueprint.catalogue, source.fields), line)
            except BadExpression as bad:
                yield name, bad.message


class CountOf(OfSource):
    """How many."""

    dated: Dated = Field(title="Counted by", description="What is counted, and on the day of which of its dates.")

    @property
    def day(self) -> str:
        return self.dated


class SumOf(CountOf):
    """How much."""

    amount: Annotated[str, OneOf(tuple(AMOUNTS.items()), may_be_blank=False)] = Field(title="What is added up")
    told: Literal["sum", "mean"] = Field("sum", title="Told as", description="All of it, or the mean of one.")

    decides_unit: ClassVar[bool] = True
    of_source: ClassVar[tuple[str, ...]] = ("dated", "amount")

    @property
    def unit(self) -> str:
        return source_of(self.amount).amounts[self.amount.partition(".")[2]][1]


class ShareOf(CountOf):
    """How many of them."""

    that: Line = Field(title="How many meet this", description="A line of the criteria language; unknown is no.")
    written: ClassVar[tuple[str, ...]] = ("where", "that")


class ElapsedOf(OfSource):
    """How long from one date to another of the same thing."""

    from_: Dated = Field(alias="from", title="From")
    to: Dated = Field(title="To")
    dated: Literal["end", "start"] = Field(
        "end", title="Counted on the day of", description="By its start, what has not ended is counted beside."
    )
    told: Literal["median", "mean", "p90", "maximum", "oldest"] = Field(
        "median", title="Told as", description="The oldest is of what has not ended, up to now."
    )
    calendar: Annotated[str, KnownNames("calendar")] = Field(
        "", title="Working time of", description="Blank is time on the clock."
    )
    of_source: ClassVar[tuple[str, ...]] = ("from_", "to")

    @property
    def day(self) -> str:
        return self.from_ if self.is_by_start else self.to

    @property
    def is_by_start(self) -> bool:
        """Whether what has not ended counts as well."""
        return self.dated == "start" or self.told == "oldest"

    @property
    def columns(self) -> tuple[str, str]:
        """Where the two dates are."""
        return column_of(self.from_), column_of(self.to)
