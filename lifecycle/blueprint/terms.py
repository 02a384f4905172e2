"""What the blueprint says about what moves, as frozen dataclasses."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from blueprint.expressions.criteria import Line
from blueprint.expressions.fields import Catalogue, DataType
from lifecycle.rules import scoring


@dataclass(frozen=True)
class PropertyTerms:
    """One property: what it may hold and which system owns it."""

    id: UUID
    key: str
    label: str
    data_type: DataType
    record_kind: str = ""
    options: tuple[str, ...] = ()
    system_of_record: str = ""
    source_rule: str = "latest_wins"
    reverify_days: int | None = None


@dataclass(frozen=True)
class StageTerms:
    """One stage and what it asks of a record that enters or leaves. `path` is `pipeline/stage`."""

    id: UUID
    path: str
    key: str
    label: str
    position: int
    pipeline_key: str
    pipeline_id: UUID
    team_function: str
    lifecycle_stage: str
    category: str
    probability_ratio: Decimal
    forecast_category: str
    age_limit_days: int | None
    entry: tuple[Line, ...]
    exit: tuple[Line, ...]
    required: tuple[str, ...]
    auto_enter: bool
    moves_to: frozenset[str]
    creates: str = ""
    """`pipeline/stage` of the next record of the journey, made when a record enters here."""
    is_entry: bool = False
    """Whether a new record may be born here: where its pipeline begins, and where the blueprint says so."""

    @property
    def is_open(self) -> bool:
        """Whether a record here is still being worked."""
        return self.category == "open"


@dataclass(frozen=True)
class PipelineTerms:
    """An ordered path for one kind of record."""

    id: UUID
    key: str
    label: str
    record_kind: str
    purpose: str
    position: int
    stages: tuple[StageTerms, ...]

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
    def _by_key(self) -> dict[str, StageTerms]:
        return {stage.key: stage for stage in self.stages}


@dataclass(frozen=True)
class Lifecycle:
    """Everything the blueprint says about what moves."""

    properties: tuple[PropertyTerms, ...]
    pipelines: tuple[PipelineTerms, ...]
    score_model: scoring.ScoreModel
    score_model_id: UUID
    catalogue: Catalogue = field(compare=False)

    @cached_property
    def stages_by_id(self) -> dict[UUID, StageTerms]:
        """Every stage of every pipeline."""
        return {stage.id: stage for pipeline in self.pipelines for stage in pipeline.stages}

    @cached_property
    def stages_by_path(self) -> dict[str, StageTerms]:
        """`lifecycle/mql` → stage."""
        return {stage.path: stage for stage in self.stages_by_id.values()}

    @cached_property
    def properties_by_key(self) -> dict[str, PropertyTerms]:
        """Property key → terms."""
        return {each.key: each for each in self.properties}

    def pipeline(self, key: str) -> PipelineTerms:
        """By key. Raises KeyError."""
        return self._pipelines_by_key[key]

    def pipeline_for(self, record_kind: str) -> PipelineTerms:
        """The first pipeline for a kind of record: where it begins unless told otherwise. Raises KeyError."""
        return self._first_by_kind[record_kind]

    @cached_property
    def _pipelines_by_key(self) -> dict[str, PipelineTerms]:
        return {each.key: each for each in self.pipelines}

    @cached_property
    def _first_by_kind(self) -> dict[str, PipelineTerms]:
        return {each.record_kind: each for each in reversed(self.pipelines)}  # the first of a kind is written last
