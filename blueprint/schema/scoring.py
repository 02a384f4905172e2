"""How a record earns points."""

from typing import Annotated

from pydantic import Field

from blueprint.schema.part import Item, LabelledItem, Part
from blueprint.schema.values import Expression, Fixed, Key, Label, Listed, Text, Whole
from blueprint.schema.vocabularies import ScoreGroup


class ScoreLine(LabelledItem, title="Score rule"):
    """Points for one condition."""

    label: Label = Field(title="Label", description="What people read as the reason for the points.")
    group: ScoreGroup = Field(title="Group", description="Which of the two sums it adds to.")
    expression: Expression = Field(title="Test", description="The condition; one that is unknown earns nothing.")
    points: Annotated[int, Whole(-1_000, 1_000)] = Field(title="Points", description="Below zero they are taken away.")


class ScoreBand(Item, title="Band"):
    """A range of scores, named by its label."""

    named_by = ("label",)

    label: Annotated[str, Text(40), Fixed()] = Field(title="Label")
    starts_at: Annotated[int, Whole(0, 2_000)] = Field(
        alias="from", title="From", description="The lowest score in it."
    )


class ScoringTerms(Part, title="Scoring"):
    """The score model; at `threshold` a record is marketing qualified."""

    key: Annotated[Key, Fixed()] = Field(title="Key")
    label: Label = Field(title="Label")
    threshold: Annotated[int, Whole(0, 2_000)] = Field(
        title="MQL threshold", description="How many points make a record marketing qualified."
    )
    fit_cap: Annotated[int, Whole(0, 1_000)] = Field(title="Most points for fit")
    behaviour_cap: Annotated[int, Whole(0, 1_000)] = Field(title="Most points for behaviour")
    rules: Annotated[tuple[ScoreLine, ...], Listed(200)] = Field(
        title="Score rules", description="Each condition that holds earns its points."
    )
    half_life_days: Annotated[int | None, Whole(1, 3_650)] = Field(
        default=None, title="Half-life in days", description="After how long behaviour counts half; blank is never."
    )
    bands: Annotated[tuple[ScoreBand, ...], Listed(20)] = Field(
        default=(), title="Bands", description="From low to high."
    )
