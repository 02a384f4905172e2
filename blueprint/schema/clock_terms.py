"""Clocks of a seam beside answer and first touch: what is to be done by when once a handoff was accepted."""

from functools import cached_property
from hashlib import sha256
from typing import Annotated

from pydantic import Field

from blueprint.schema.part import LabelledItem
from blueprint.schema.values import AboutHandoff, Flag, IsExpression, Label, Text, Whole

MOST_CLOCKS = 6
LONGEST_KIND = 20


class ClockTerms(LabelledItem, title="Clock"):
    """What whoever accepted has to do by when, such as an introduction within a day or a kickoff within two."""

    label: Label = Field(title="Label", description="Such as “Introduced” or “Kickoff is scheduled”.")
    minutes: Annotated[int, Whole(1, 1_000_000)] = Field(
        title="Minutes", description="Working minutes of whoever has it, from when they accepted."
    )
    wall_time: Flag = Field(
        default=False,
        title="Count every minute",
        description="Its minutes are those of the clock on the wall: nights, weekends and holidays count.",
    )
    since_offer: Flag = Field(default=False, title="Count from the offer")
    done_when: Annotated[str, Text(2_000), IsExpression(), AboutHandoff()] = Field(
        title="Done when",
        description="Asked of the record that accepting made, else of the record itself, whenever it is written or"
        " touched: known(kickoff_on), handoff_is_touched.",
    )

    @cached_property
    def kind(self) -> str:
        """Its key as a clock keeps it: shortened where it is long, and still its own."""
        if len(self.key) <= LONGEST_KIND:
            return self.key
        return f"{self.key[:11]}_{sha256(self.key.encode()).hexdigest()[:8]}"
