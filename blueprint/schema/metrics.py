"""What is measured, by whom and with which target."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from blueprint.schema.part import NamedItem
from blueprint.schema.values import Email, Flag, Free, IsExpression, Key, Listed, Number, Text, Whole
from blueprint.schema.vocabularies import Direction, Unit


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
    headline: Flag = Field(default=False, title="On the headline", description="It stands at the top of the scorecard.")
    segments: Annotated[tuple[Key, ...], Listed(20)] = Field(
        default=(), title="Segments", description="What its value can be split by."
    )
    owner: Email = Field(default="", title="Owner", description="The e-mail address of who answers for the number.")
    definition_version: Annotated[int, Whole(1, 1_000_000)] = Field(
        default=1, title="Definition version", description="The version in which its definition last changed."
    )
