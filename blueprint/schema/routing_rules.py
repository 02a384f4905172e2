"""Routing rules: who receives, and by which test."""

from functools import cached_property
from typing import Annotated
from uuid import UUID

from pydantic import Field

from blueprint.schema.part import LabelledItem
from blueprint.schema.values import (
    CountsWhere,
    Expression,
    Flag,
    Key,
    Label,
    Names,
    Text,
)
from blueprint.schema.vocabularies import (
    RoutingTarget,
)


class RuleTerms(LabelledItem, title="Routing rule"):
    """One routing rule. They are asked in their order; the first that matches decides."""

    label: Label = Field(title="Label")
    expression: Expression = Field(title="Test", description="The last rule of a seam catches all: true.")
    target: RoutingTarget = Field(title="Receiver")
    pool: Annotated[Key, Names("pool"), CountsWhere("target", ("pool",))] = Field(
        default="", title="Pool", description="Where the receiver is a pool."
    )
    member: Annotated[str, Text(254), Names("member"), CountsWhere("target", ("member",))] = Field(
        default="", title="Person", description="The e-mail address, where the receiver is one person."
    )

    keeps_account: Flag = Field(
        default=False,
        title="Makes them the company's owner",
        description="Whoever receives by it becomes the owner of the company on their side, where it has none.",
    )

    @cached_property
    def pool_id(self) -> UUID | None:
        return self.id_of("pool", self.pool) if self.pool else None
