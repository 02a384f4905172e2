"""How figures are told: the currency money is added up in, which sources are whose, and when periods close."""

from typing import Annotated

from pydantic import Field

from blueprint.schema.part import Part
from blueprint.schema.values import Listed, Text, Whole
from blueprint.schema.vocabularies import ClosingPeriod

Source = Annotated[str, Text(120)]
Sources = Annotated[tuple[Source, ...], Listed(200)]
SOURCE_LISTS = ("marketing_sources", "partner_sources", "outbound_sources")


class ReportingTerms(Part, title="Reporting"):
    """The reporting currency, the sources that marketing, partners and outbound work answer for, and when periods
    close."""

    currency: Annotated[str, Text(3, may_be_blank=True, pattern="[A-Z]{3}", example="EUR")] = Field(
        default="",
        title="Reporting currency",
        description="Money is added up in it, by the dated exchange rates; blank is the workspace's own currency.",
    )
    marketing_sources: Sources = Field(
        default=(), title="Sources of marketing", description="As records name them, one a line; upper case is alike."
    )
    partner_sources: Sources = Field(default=(), title="Sources of partners")
    outbound_sources: Sources = Field(default=(), title="Sources of outbound work")
    sources_version: Annotated[int, Whole(1, 1_000_000)] = Field(
        default=1, title="Version of the sources", description="The version in which a list of sources last changed."
    )
    closing_period: ClosingPeriod = Field(
        default=ClosingPeriod.NEVER,
        title="Periods close",
        description="What was won or lost in a closed month or quarter changes only by a restatement with its reason.",
    )
    closes_after_days: Annotated[int, Whole(0, 400)] = Field(
        default=0,
        title="Days until it closes",
        description="So many days after its end, in the workspace's time zone.",
    )
