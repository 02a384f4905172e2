"""Pools: who takes turns."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from blueprint.schema.functions import FunctionKey
from blueprint.schema.part import NamedItem
from blueprint.schema.values import (
    CountsWhere,
    Email,
    Flag,
    Key,
    Listed,
    Names,
    Text,
)
from blueprint.schema.vocabularies import PoolStrategy


class PoolTerms(NamedItem, title="Pool"):
    """Who takes turns: the active seats of the teams with this function, and of this team and region where given."""

    row = "pool"

    function: FunctionKey = Field(title="Function", description="Teams of this function take turns.")
    team: Annotated[str, Text(60, may_be_blank=True), Names("team")] = Field(
        default="", title="Team", description="Only this team; blank is every team of the function."
    )
    region: Annotated[str, Text(80, may_be_blank=True)] = Field(
        default="", title="Region", description="Only teams of this region; blank is every region."
    )
    strategy: PoolStrategy = Field(
        default=PoolStrategy.SMOOTH, title="Who is next", description="Of those who are here and have room."
    )
    first: Annotated[Email, CountsWhere("strategy", ("named",))] = Field(
        default="", title="Who is first", description="The e-mail address, where one person is next before all others."
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
    skills: Annotated[tuple[Annotated[str, Text(120)], ...], Listed(20)] = Field(
        default=(), title="Skills", description="Who takes turns has all of these; upper case is alike."
    )
    skills_of: Annotated[tuple[Annotated[Key, Names("property")], ...], Listed(10)] = Field(
        default=(),
        title="Skills by property",
        description="What a record says there, such as its language, is a skill that who receives it has; where nobody"
        " has it, the next rule decides.",
    )
    waits: Flag = Field(
        default=False,
        title="Waits for its people",
        description="While nobody is here with room, records wait in its queue, the oldest first; otherwise its manager"
        " gets them.",
    )

    @property
    def asks(self) -> bool:
        """Whether who takes turns needs skills."""
        return bool(self.skills or self.skills_of)

    def needs(self, properties: Mapping[str, Any]) -> frozenset[str]:
        """The skills that a record with these properties asks for, in lower case."""
        said = [properties.get(key) for key in self.skills_of]
        words = [word for each in said for word in (each if isinstance(each, list) else [each])]
        named = (" ".join(word.casefold().split()) for word in (*self.skills, *words) if isinstance(word, str))
        return frozenset(named) - {""}
