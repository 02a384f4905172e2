"""Pools: who takes turns."""

from typing import Annotated

from pydantic import Field

from blueprint.schema.part import NamedItem
from blueprint.schema.values import (
    Flag,
    Names,
    Text,
)
from blueprint.schema.vocabularies import PoolStrategy
from core.people.functions import Function


class PoolTerms(NamedItem, title="Pool"):
    """Who takes turns: the active seats of the teams with this function, and of this team and region where given."""

    row = "pool"

    function: Function = Field(title="Function", description="Teams of this function take turns.")
    team: Annotated[str, Text(60, may_be_blank=True), Names("team")] = Field(
        default="", title="Team", description="Only this team; blank is every team of the function."
    )
    region: Annotated[str, Text(80, may_be_blank=True)] = Field(
        default="", title="Region", description="Only teams of this region; blank is every region."
    )
    strategy: PoolStrategy = Field(
        default=PoolStrategy.SMOOTH, title="Who is next", description="Of those who are here and have room."
    )
    best_first: Flag = Field(
        default=False,
        title="Best record first",
        description="Of several at once, and of those that wait, the one with the highest score goes first.",
    )
    counts_gifts: Flag = Field(
        default=True,
        title="Counts gifts as turns",
        description="What its members get as owners, by a rule that names them or by hand counts as a turn of theirs.",
    )
