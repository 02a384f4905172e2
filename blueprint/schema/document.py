"""The whole blueprint: its parts in the order it is written, and reading a document into them."""

from functools import cached_property
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field

from blueprint.schema.calendars import CalendarTerms
from blueprint.schema.metrics import MetricTerms
from blueprint.schema.part import Part
from blueprint.schema.pipelines import PipelineTerms, PropertyTerms, StageTerms
from blueprint.schema.scoring import ScoringTerms
from blueprint.schema.seams import PoolTerms, ReasonTerms, SeamTerms
from blueprint.schema.values import Listed


class Blueprint(Part):
    """A workspace's whole configuration."""

    model_config = ConfigDict(title="Blueprint")

    properties: Annotated[tuple[PropertyTerms, ...], Listed(500)] = Field(title="Properties")
    pipelines: Annotated[tuple[PipelineTerms, ...], Listed(40, 1)] = Field(title="Pipelines")
    scoring: ScoringTerms = Field(title="Scoring")
    calendars: Annotated[tuple[CalendarTerms, ...], Listed(40)] = Field(title="Calendars")
    reason_codes: Annotated[tuple[ReasonTerms, ...], Listed(300)] = Field(title="Reason codes")
    pools: Annotated[tuple[PoolTerms, ...], Listed(200)] = Field(title="Pools")
    seams: Annotated[tuple[SeamTerms, ...], Listed(40)] = Field(title="Seams")
    metrics: Annotated[tuple[MetricTerms, ...], Listed(200)] = Field(title="Metrics")

    @classmethod
    def of(cls, workspace_id: UUID, document: dict[str, Any]) -> Self:
        """The blueprint that a document writes down, with ids of the workspace and the threshold in its criteria."""
        context = {"workspace_id": workspace_id, "threshold": document["scoring"]["threshold"]}
        return cls.model_validate(document, context=context)

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        calendars = {each.key: each for each in self.calendars}
        for seam in self.seams:
            seam.keep_hours(calendars.get(seam.calendar))

    @cached_property
    def stages_by_id(self) -> dict[UUID, StageTerms]:
        """Every stage of every pipeline."""
        return {stage.id: stage for pipeline in self.pipelines for stage in pipeline.stages}

    @cached_property
    def stages_by_path(self) -> dict[str, StageTerms]:
        """`lifecycle/mql` → stage."""
        return {stage.path: stage for pipeline in self.pipelines for stage in pipeline.stages}
