"""Pausing: when the clocks of a seam stand still, and for how long at most."""

from typing import Annotated

from pydantic import Field

from blueprint.schema.part import Part
from blueprint.schema.values import Flag, Whole
from blueprint.schema.vocabularies import WhenAway


class PausingTerms(Part, title="Pauses"):
    """When a clock stands still: by hand so often and so long, while the sender is asked, while somebody is away."""

    times: Annotated[int, Whole(0, 20)] = Field(
        default=0,
        title="Pauses by hand",
        description="How often whoever has a handoff may stop its clock, waiting for the customer; at 0 nobody may.",
    )
    minutes: Annotated[int, Whole(1, 100_000)] = Field(
        default=2_400,
        title="Working minutes of pauses in all",
        description="Of one handoff. After that its clock runs again by itself.",
    )
    reminder_minutes: Annotated[int, Whole(0, 100_000)] = Field(
        default=60,
        title="Working minutes before its end that a pause is to be looked at",
        description="Whoever waits has a task that is due then.",
    )
    for_packet: Flag = Field(
        default=False,
        title="Pauses while the sender fills the packet",
        description="Whoever has it may ask for missing items without returning it. It counts as a pause by hand.",
    )
    when_away: WhenAway = Field(
        default=WhenAway.RUN, title="When whoever has it is away", description="What becomes of what they have."
    )
