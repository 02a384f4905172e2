"""Reasons: why something was refused, lost or overridden."""

from typing import Annotated

from pydantic import Field

from blueprint.schema.part import NamedItem
from blueprint.schema.values import (
    Fixed,
    Flag,
)
from blueprint.schema.vocabularies import (
    Disposition,
    ReasonPurpose,
)


class ReasonTerms(NamedItem, title="Reason"):
    """Why something was refused, lost or overridden, and what happens next."""

    named_by = ("purpose", "key")
    row = "reason"

    purpose: Annotated[ReasonPurpose, Fixed()] = Field(title="Purpose", description="When it is asked for.")
    disposition: Disposition = Field(
        default=Disposition.NONE, title="Disposition", description="What happens to a record that is rejected with it."
    )
    needs_note: Flag = Field(
        default=False, title="Needs a note", description="Whoever chooses it also says why in words."
    )
    gives_turn_back: Flag = Field(
        default=False,
        title="Gives the turn back",
        description="Whoever rejects with it is next again: what was wrong was not theirs.",
    )
