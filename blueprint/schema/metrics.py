"""What is measured, by whom and with which target."""

import datetime
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field

from blueprint.schema.part import Item, LabelledItem, NamedItem
from blueprint.schema.values import (
    KEY,
    Day,
    Email,
    Fixed,
    Flag,
    Free,
    IsExpression,
    Key,
    Label,
    Listed,
    Names,
    Number,
    Text,
    Whole,
)
from blueprint.schema.vocabularies import Direction, Every, Unit

EDGES = r"-?[0-9]+(\.[0-9]+)?( *, *-?[0-9]+(\.[0-9]+)?){0,19}"


class TargetTerms(LabelledItem, title="Target"):
    """What a metric is to come to in a month or a quarter: as a whole, or for one team."""

    label: Label = Field(title="Label")
    every: Every = Field(title="For", description="It begins anew with each.")
    target: Annotated[Decimal, Number()] = Field(title="Target")
    team: Annotated[str, Text(60, may_be_blank=True), Names("team")] = Field(
        default="", title="Team", description="Blank is everybody."
    )
    starts_on: Annotated[datetime.date | None, Day()] = Field(
        default=None,
        title="From",
        description="The first month or quarter it holds for, until a later one; blank: any.",
    )


class SegmentBands(Item, title="Bands of a number"):
    """The bands a number falls in, where a metric is split by it: each begins at its edge."""

    named_by = ("segment",)

    segment: Annotated[str, Text(60, pattern=KEY, example="employees"), Fixed(), Names("field")] = Field(
        title="Segment", description="A property that is a number, or amount or mrr."
    )
    edges: Annotated[str, Text(200, pattern=EDGES, example="50, 250, 1000")] = Field(
        title="Edges", description="Where bands begin, in order: 50, 250 makes three."
    )

    @property
    def numbers(self) -> tuple[Decimal, ...]:
        return tuple(Decimal(each.strip()) for each in self.edges.split(","))


class MetricTerms(NamedItem, title="Metric"):
    """One metric: kind, parameters and filter make its value; unit, direction and target say how it is read."""

    row = "metric"

    kind: Key = Field(title="Kind", description="What is counted.")
    unit: Unit = Field(title="Unit")
    description: Annotated[str, Text(2_000, may_be_blank=True)] = Field(default="", title="Description")
    parameters: Annotated[dict[str, Any], Free()] = Field(
        default_factory=dict, title="Parameters", description="Those that its kind declares."
    )
    filter: Annotated[str, Text(2_000, may_be_blank=True), IsExpression()] = Field(
        default="", title="Filter", description="Only records that meet this are counted; blank is all."
    )
    direction: Direction = Field(default=Direction.UP, title="Direction", description="Which way is good.")
    target: Annotated[Decimal | None, Number()] = Field(default=None, title="Target")
    targets: Annotated[tuple[TargetTerms, ...], Listed(100)] = Field(
        default=(), title="Targets by period", description="By month or quarter and team; the page says the pace."
    )
    headline: Flag = Field(default=False, title="On the headline", description="It stands at the top of the scorecard.")
    segments: Annotated[tuple[Key, ...], Listed(20)] = Field(
        default=(), title="Segments", description="What its value can be split by."
    )
    segment_bands: Annotated[tuple[SegmentBands, ...], Listed(20)] = Field(
        default=(), title="Bands", description="For segments that are numbers: the edges of the bands they are read by."
    )
    owner: Email = Field(default="", title="Owner", description="The e-mail address of who answers for the number.")
    in_plan: Flag = Field(default=False, title="In the plan", description="The plan of the business is set by it.")
    in_compensation: Flag = Field(default=False, title="In compensation", description="Somebody is paid by it.")
    paid_teams: Annotated[tuple[Annotated[str, Text(60), Names("team")], ...], Listed(50)] = Field(
        default=(), title="Paid by it", description="The teams whose pay depends on it."
    )
    definition_version: Annotated[int, Whole(1, 1_000_000)] = Field(
        default=1, title="Definition version", description="The version in which its definition last changed."
    )

    @cached_property
    def edges(self) -> dict[str, tuple[Decimal, ...]]:
        """Segment → where its bands begin."""
        return {each.segment: each.numbers for each in self.segment_bands}
