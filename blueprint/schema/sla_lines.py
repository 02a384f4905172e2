"""SLA lines of a seam: other times for some of its records."""

from typing import Annotated

from pydantic import Field

from blueprint.schema.part import LabelledItem
from blueprint.schema.values import Expression, Flag, Label, Whole


class SlaTerms(LabelledItem, title="SLA line"):
    """How long some records give to answer and to touch. Lines are asked in their order; the first that is met when the
    record is offered decides."""

    label: Label = Field(title="Label", description="Such as “Demo requests” or “Tier A”.")
    expression: Expression = Field(title="Test")
    catch_all_only: Flag = Field(
        default=False,
        title="Only what the catch-all takes",
        description="It is met only where no other routing rule takes the record.",
    )
    answer_minutes: Annotated[int, Whole(0, 1_000_000)] = Field(title="Minutes to answer")
    touch_minutes: Annotated[int | None, Whole(0, 1_000_000)] = Field(
        default=None, title="Minutes to first touch", description="Blank is as many as the seam gives."
    )
    wall_time: Flag = Field(
        default=False,
        title="Count every minute",
        description="Its minutes are those of the clock on the wall: nights, weekends and holidays count.",
    )
