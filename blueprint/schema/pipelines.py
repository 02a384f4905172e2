"""Properties, and the pipelines a record moves through."""

import re
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator, model_validator

from blueprint.schema.functions import FunctionKey
from blueprint.schema.ladders import StepTerms
from blueprint.schema.part import LabelledItem, NamedItem
from blueprint.schema.values import (
    KEY,
    Expression,
    Fixed,
    Flag,
    ItemKey,
    Key,
    Label,
    Listed,
    Names,
    Number,
    OneOf,
    StagePath,
    Text,
    Whole,
)
from blueprint.schema.vocabularies import Category, DataType, Forecast, RecordKind, SourceRule

Option = Annotated[str, Text(120)]


class PropertyTerms(NamedItem, title="Property"):
    """One property: what it may hold and which system owns it."""

    row = "property"

    key: ItemKey = Field(title="Key", description="What expressions, files and the API call it.")
    type: DataType = Field(title="Type", description="What it may hold. It does not change once records hold values.")
    record_kind: Annotated[str, OneOf((("", "Every kind"), *RecordKind.choices))] = Field(
        default="", title="Kind of record", description="Which records have it."
    )
    options: Annotated[tuple[Option, ...], Listed(500)] = Field(
        default=(), title="Options", description="The values a choice, or several choices, may take, in their order."
    )
    system: Annotated[str, Text(60, may_be_blank=True)] = Field(
        default="", title="System of record", description="The system that owns the value; blank where people do."
    )
    source_rule: SourceRule = Field(
        default=SourceRule.LATEST_WINS, title="Rule for sources", description="Which system may write it."
    )
    reverify_days: Annotated[int | None, Whole(1, 3_650)] = Field(
        default=None, title="Verify again after days", description="How long a value is trusted; blank is for ever."
    )


class Criterion(LabelledItem, title="Criterion"):
    """One testable sentence about a record: words for people and one small expression."""

    label: Label = Field(title="Label", description="The sentence people read.")
    expression: Expression = Field(title="Test", description="The same in the criteria language.")

    @field_validator("label", "expression")
    @classmethod
    def _live_threshold(cls, value: str, info: ValidationInfo) -> str:
        """`mql_threshold` is the score model's, where the document is read to be used: words and test cannot drift."""
        threshold = (info.context or {}).get("threshold")
        if threshold is None:
            return value
        return re.sub(r"\bmql_threshold\b", str(threshold), value.replace("{mql_threshold}", str(threshold)))


Lines = Annotated[tuple[Criterion, ...], Listed(30)]


class StageTerms(NamedItem, title="Stage"):
    """One stage and what it asks of a record that enters or leaves."""

    team: FunctionKey = Field(title="Team", description="Who works the records here.")
    lifecycle_stage: Key = Field(
        default="", title="Lifecycle stage", description="What it means on the lifecycle; blank is itself."
    )
    category: Category = Field(
        default=Category.OPEN, title="Category", description="What being here means for the record."
    )
    probability: Annotated[Decimal, Number(0, 1)] = Field(
        default=Decimal(0), title="Probability", description="Share of the amount the forecast counts, 0 to 1."
    )
    forecast: Forecast = Field(default=Forecast.OMITTED, title="Forecast category")
    age_limit_days: Annotated[int | None, Whole(1, 3_650)] = Field(
        default=None,
        title="Age limit in days",
        description="After how many days a record here is too old; blank is never.",
    )
    ladder: Annotated[tuple[StepTerms, ...], Listed(20)] = Field(
        default=(),
        title="Ladder of the age limit",
        description="What happens before and after a record is too old here. Of steps long over the newest is taken.",
    )
    entry: Lines = Field(default=(), title="Entry criteria", description="To enter, every line must be met.")
    exit: Lines = Field(default=(), title="Exit criteria", description="To leave, every line must be met.")
    required: Annotated[tuple[Annotated[Key, Names("field")], ...], Listed(60)] = Field(
        default=(), title="Required properties", description="What must be filled in to enter."
    )
    auto_enter: Flag = Field(
        default=False, title="Entered automatically", description="As soon as the entry criteria are met."
    )
    is_entry: Flag = Field(
        default=False,
        title="New records may begin here",
        description="They always may in the first stage of a pipeline.",
    )
    moves_to: Annotated[tuple[Annotated[Key, Names("sibling")], ...], Listed(100)] = Field(
        default=(), title="May move to", description="Left out, it is the next stage."
    )
    creates: StagePath = Field(
        default="",
        title="Creates",
        description="Where the next record of the journey begins when a record enters here.",
    )

    @cached_property
    def id(self) -> UUID:
        """Two pipelines may each have a stage of this key."""
        return self.id_of("stage", self.pipeline_key, self.key)

    @cached_property
    def path(self) -> str:
        """`pipeline/stage`."""
        return f"{self.pipeline_key}/{self.key}"

    @cached_property
    def pipeline_key(self) -> str:
        return ""

    @cached_property
    def pipeline_id(self) -> UUID:
        return self.id_of("pipeline", self.pipeline_key)

    @property
    def is_open(self) -> bool:
        """Whether a record here is still being worked."""
        return self.category is Category.OPEN


class PipelineTerms(NamedItem, title="Pipeline"):
    """An ordered path for one kind of record."""

    row = "pipeline"

    record_kind: RecordKind = Field(title="Kind of record", description="What moves through it.")
    purpose: Annotated[Key, Fixed()] = Field(title="Purpose", description="Such as lifecycle, sales, renewal.")
    stages: Annotated[tuple[StageTerms, ...], Listed(60, 1)] = Field(title="Stages", description="In their order.")

    @model_validator(mode="before")
    @classmethod
    def _as_usual(cls, given: Any) -> Any:
        """What a stage leaves out follows from its place: it moves to the next one, and the first is an entry."""
        stages = given.get("stages") if isinstance(given, dict) else None
        if not isinstance(stages, list) or not all(isinstance(each, dict) for each in stages):
            return given
        keys = [each.get("key") for each in stages]
        following = [[key] if isinstance(key, str) and re.fullmatch(KEY, key) else [] for key in keys[1:]]
        filled = [
            {"moves_to": onward, "lifecycle_stage": key, **stage}
            for stage, key, onward in zip(stages, keys, [*following, []], strict=True)
        ]
        if filled and filled[0].get("is_entry", False) is False:
            filled[0]["is_entry"] = True
        return {**given, "stages": filled}

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        for stage in self.stages:
            stage.remember(pipeline_key=self.key)

    def stage(self, key: str) -> StageTerms:
        """By key. Raises KeyError."""
        return self._by_key[key]

    @property
    def first(self) -> StageTerms:
        """Where a record begins unless told otherwise."""
        return self.stages[0]

    def first_of(self, category: str) -> StageTerms | None:
        """The first stage of a category, whatever it is called; None where the pipeline has none."""
        return next((stage for stage in self.stages if stage.category == category), None)

    @cached_property
    def enters_by_itself(self) -> bool:
        """Whether records enter any of its stages by themselves."""
        return any(stage.auto_enter for stage in self.stages)

    @cached_property
    def _by_key(self) -> dict[str, StageTerms]:
        return {stage.key: stage for stage in self.stages}
