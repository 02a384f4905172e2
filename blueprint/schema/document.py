"""The whole blueprint: its parts in the order it is written, and reading a document into them."""

from functools import cached_property
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from blueprint.expressions import fields
from blueprint.schema.calendars import CalendarTerms
from blueprint.schema.functions import FunctionTerms
from blueprint.schema.metrics import MetricTerms
from blueprint.schema.part import Part
from blueprint.schema.pipelines import PipelineTerms, PropertyTerms, StageTerms
from blueprint.schema.playbooks import PlaybookTerms
from blueprint.schema.pools import PoolTerms
from blueprint.schema.reasons import ReasonTerms
from blueprint.schema.reporting import ReportingTerms
from blueprint.schema.scoring import ScoringTerms
from blueprint.schema.seams import SeamTerms
from blueprint.schema.territories import TeamRegionTerms, TeamSeatTerms, TerritoryTerms, by_team, routed
from blueprint.schema.values import Listed
from blueprint.schema.vocabularies import DataType, RoutingTarget


class Blueprint(Part, title="Blueprint"):
    """A workspace's whole configuration."""

    functions: Annotated[tuple[FunctionTerms, ...], Listed(60, 1)] = Field(title="Functions")
    properties: Annotated[tuple[PropertyTerms, ...], Listed(500)] = Field(title="Properties")
    pipelines: Annotated[tuple[PipelineTerms, ...], Listed(40, 1)] = Field(title="Pipelines")
    scoring: ScoringTerms = Field(title="Scoring")
    calendars: Annotated[tuple[CalendarTerms, ...], Listed(40)] = Field(title="Calendars")
    reason_codes: Annotated[tuple[ReasonTerms, ...], Listed(300)] = Field(title="Reason codes")
    pools: Annotated[tuple[PoolTerms, ...], Listed(200)] = Field(title="Pools")
    territories: Annotated[tuple[TerritoryTerms, ...], Listed(300)] = Field(default=(), title="Territories")
    team_regions: Annotated[tuple[TeamRegionTerms, ...], Listed(300)] = Field(default=(), title="Team regions")
    team_seats: Annotated[tuple[TeamSeatTerms, ...], Listed(400)] = Field(default=(), title="Team members")
    seams: Annotated[tuple[SeamTerms, ...], Listed(40)] = Field(title="Seams")
    playbooks: Annotated[tuple[PlaybookTerms, ...], Listed(60)] = Field(default=(), title="Playbooks")
    metrics: Annotated[tuple[MetricTerms, ...], Listed(200)] = Field(title="Metrics")
    reporting: ReportingTerms = Field(default_factory=ReportingTerms, title="Reporting")

    @classmethod
    def of(cls, workspace_id: UUID, document: dict[str, Any]) -> Self:
        """The blueprint that a document writes down, with ids of the workspace and the threshold in its criteria."""
        context = {"workspace_id": workspace_id, "threshold": document["scoring"]["threshold"]}
        return cls.model_validate(document, context=context)

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        calendars = {each.key: each for each in self.calendars}
        labels = {each.key: each.label for each in self.functions}
        self.remember(function_labels=labels, pausing_seams=tuple(seam for seam in self.seams if seam.pause_when))
        for seam in self.seams:
            from_label, to_label = (labels.get(key, key) for key in (seam.from_function, seam.to_function))
            seam.remember(from_label=from_label, to_label=to_label)
            seam.first_touch.remember(side_labels=tuple(labels.get(key, key) for key in seam.first_touch.sides))
            if seam.calendar in calendars:
                seam.remember(calendar_terms=calendars[seam.calendar])
            if any(rule.target == RoutingTarget.TERRITORY for rule in seam.routing):
                own = tuple(each for each in self.territories if each.function == seam.to_function)
                rules = [rule.model_copy() for rule in seam.routing if rule.target != RoutingTarget.TERRITORY]
                if own:
                    zone = calendars[seam.calendar].time_zone if seam.calendar in calendars else "UTC"
                    rules = routed(seam.routing, own, zone)
                for place, rule in enumerate(rules):
                    rule.remember(position=place)
                seam.remember(rules=tuple(rules))
        stages = [stage for pipeline in self.pipelines for stage in pipeline.stages if stage.ladder]
        self.remember(limited_stages={stage.id: stage for stage in stages if stage.age_limit_days})

    @cached_property
    def function_labels(self) -> dict[str, str]:
        """Key → label of the functions, in their order."""
        return {}

    def function_label(self, key: str) -> str:
        """What a function is called; of one that is not there, its key."""
        return self.function_labels.get(key, key)

    @cached_property
    def catalogue(self) -> "fields.Catalogue":
        """Every field an expression may name. Raises BadField."""
        known = (fields.Field(each.key, each.type, each.label, each.options) for each in self.properties)
        return fields.Catalogue(known, self.reporting.currency)

    @cached_property
    def ladder_catalogue(self) -> "fields.Catalogue":
        """Every field that a condition of a ladder's step may name. Raises BadField."""
        return fields.with_handoff(self.catalogue)

    @cached_property
    def person_keys(self) -> frozenset[str]:
        """Properties that name somebody of the workspace."""
        return frozenset(terms.key for terms in self.properties if terms.type is DataType.PERSON)

    @cached_property
    def properties_by_key(self) -> dict[str, PropertyTerms]:
        return {each.key: each for each in self.properties}

    @cached_property
    def stages_by_id(self) -> dict[UUID, StageTerms]:
        return {stage.id: stage for pipeline in self.pipelines for stage in pipeline.stages}

    @cached_property
    def stages_by_path(self) -> dict[str, StageTerms]:
        """`lifecycle/mql` → stage."""
        return {stage.path: stage for pipeline in self.pipelines for stage in pipeline.stages}

    def pipeline(self, key: str) -> PipelineTerms:
        """By key. Raises KeyError."""
        return self._pipelines_by_key[key]

    def pipeline_for(self, record_kind: str) -> PipelineTerms:
        """The first pipeline for a kind of record: where it begins unless told otherwise. Raises KeyError."""
        return self._first_by_kind[record_kind]

    @cached_property
    def limited_stages(self) -> dict[UUID, StageTerms]:
        """The stages whose age limit has a ladder."""
        return {}

    @cached_property
    def pausing_seams(self) -> tuple[SeamTerms, ...]:
        """The seams whose clocks stand still while a record is as they say."""
        return ()

    @cached_property
    def seams_by_key(self) -> dict[str, SeamTerms]:
        return {seam.key: seam for seam in self.seams}

    @cached_property
    def seams_by_id(self) -> dict[UUID, SeamTerms]:
        return {seam.id: seam for seam in self.seams}

    @cached_property
    def seams_by_trigger(self) -> dict[UUID, tuple[SeamTerms, ...]]:
        found: dict[UUID, tuple[SeamTerms, ...]] = {}
        for seam in self.seams:
            found[seam.trigger_stage_id] = (*found.get(seam.trigger_stage_id, ()), seam)
        return found

    @cached_property
    def playbooks_by_key(self) -> dict[str, PlaybookTerms]:
        return {each.key: each for each in self.playbooks}

    @cached_property
    def pools_by_id(self) -> dict[UUID, PoolTerms]:
        return {pool.id: pool for pool in self.pools}

    @cached_property
    def pools_that_ask(self) -> frozenset[str]:
        """The keys of the pools in which who takes turns needs skills: a rule that leads to one may reach nobody."""
        return frozenset(pool.key for pool in self.pools if pool.asks)

    @cached_property
    def regions_by_team(self) -> dict[str, str]:
        """Team key → region, of the teams whose region the blueprint says."""
        return {each.team: each.region for each in self.team_regions}

    @cached_property
    def seats_by_team(self) -> dict[str, dict[str, tuple[int, int | None]]]:
        """Team key → address → weight and cap, of the teams whose members the blueprint says."""
        return by_team(self.team_seats)

    @cached_property
    def metrics_by_key(self) -> dict[str, MetricTerms]:
        return {metric.key: metric for metric in self.metrics}

    def reason(self, purpose: str, key: str) -> ReasonTerms:
        """By purpose and key. Raises KeyError."""
        return self._reasons_by_name[purpose, key]

    def queue_for(self, seam: SeamTerms) -> PoolTerms | None:
        """The pool a seam's handoffs wait in when nobody is there: that of its last rule with one, else of the
        function."""
        ids = [rule.pool_id for rule in seam.routing if rule.pool_id]
        if ids:
            return self.pools_by_id[ids[-1]]
        return next((pool for pool in self.pools if pool.function == seam.to_function), None)

    @cached_property
    def _pipelines_by_key(self) -> dict[str, PipelineTerms]:
        return {each.key: each for each in self.pipelines}

    @cached_property
    def _first_by_kind(self) -> dict[str, PipelineTerms]:
        return {each.record_kind: each for each in reversed(self.pipelines)}  # the first of a kind is written last

    @cached_property
    def _reasons_by_name(self) -> dict[tuple[str, str], ReasonTerms]:
        return {(each.purpose, each.key): each for each in self.reason_codes}
