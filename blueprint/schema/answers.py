"""Who takes turns, and why something is refused."""

from functools import cached_property
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from blueprint.schema.part import Item
from blueprint.schema.values import Fixed, Flag, ItemKey, Label, Names, Text
from blueprint.schema.vocabularies import Disposition, Function, ReasonPurpose


class PoolTerms(Item):
    """Who takes turns: the active seats of the teams with this function, and of this team and region where given."""

    model_config = ConfigDict(title="Pool")

    key: ItemKey = Field(title="Key")
    label: Label = Field(title="Label")
    function: Function = Field(title="Function", description="Teams of this function take turns.")
    team: Annotated[str, Text(60, may_be_blank=True), Names("team")] = Field(
        default="", title="Team", description="Only this team; blank is every team of the function."
    )
    region: Annotated[str, Text(80, may_be_blank=True)] = Field(
        default="", title="Region", description="Only teams of this region; blank is every region."
    )

    @cached_property
    def id(self) -> UUID:
        """The id of its row."""
        return self.id_of("pool", self.key)


class ReasonTerms(Item):
    """Why something was refused, lost or overridden, and what happens next."""

    model_config = ConfigDict(title="Reason")
    named_by = ("purpose", "key")

    key: ItemKey = Field(title="Key")
    label: Label = Field(title="Label")
    purpose: Annotated[ReasonPurpose, Fixed()] = Field(title="Purpose", description="When it is asked for.")
    disposition: Disposition = Field(
        default=Disposition.NONE, title="Disposition", description="What happens to a record that is rejected with it."
    )
    needs_note: Flag = Field(
        default=False, title="Needs a note", description="Whoever chooses it also says why in words."
    )

    @cached_property
    def id(self) -> UUID:
        """The id of its row."""
        return self.id_of("reason", self.purpose, self.key)
