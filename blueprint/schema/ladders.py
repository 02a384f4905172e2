"""Ladders: what happens before and after the due time."""

from typing import Annotated

from pydantic import Field

from blueprint.schema.part import LabelledItem
from blueprint.schema.values import (
    Whole,
)
from blueprint.schema.vocabularies import (
    LadderAction,
)


class StepTerms(LabelledItem, title="Step"):
    """One rung of the ladder."""

    key_from = "action"

    after_minutes: Annotated[int, Whole(-100_000, 1_000_000)] = Field(
        title="After minutes", description="Working minutes from the due time; before it they are negative."
    )
    action: LadderAction = Field(title="Action")
