"""Packets: what the sender hands over with the record."""

from typing import Annotated

from pydantic import Field

from blueprint.schema.part import NamedItem
from blueprint.schema.values import (
    CountsWhere,
    Flag,
    Listed,
    Text,
    Whole,
)
from blueprint.schema.vocabularies import (
    PacketType,
)


class PacketItem(NamedItem, title="Packet item"):
    """One thing the sender must hand over."""

    required: Flag = Field(default=True, title="Required", description="Without it nothing is accepted.")
    type: PacketType = Field(default=PacketType.LONG, title="Answered with")
    options: Annotated[tuple[Annotated[str, Text(160)], ...], Listed(40), CountsWhere("type", ("choice",))] = Field(
        default=(), title="Options", description="Of a choice."
    )
    least_words: Annotated[int, Whole(0, 200)] = Field(
        default=0, title="Words at least", description="Fewer leave it missing; 0 is any answer."
    )
