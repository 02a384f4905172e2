"""What is measured, by whom and with which target."""

import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from blueprint.schema.part import LabelledItem, NamedItem
from blueprint.schema.values import Day, Email, Flag, Free, IsExpression, Key, Label, Listed, Names, Number, Text, Whole
from blueprint.schema.vocabularies import Direction, Every, Unit


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
    owner: Email = Field(default="", title="Owner", description="The e-mail address of who answers for the number.")
    definition_version: Annotated[int, Whole(1, 1_000_000)] = Field(
        default=1, title="Definition version", description="The version in which its definition last changed."
    )
