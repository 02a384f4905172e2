"""The lifecycle's part of the blueprint, as frozen dataclasses: properties, pipelines, stages, score model.

lifecycle = lifecycle_of(workspace)          # the version in force, parsed once per process
lifecycle = lifecycle_of.parse(workspace_id, document)   # any document: a what-if, a proposed version
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from lifecycle.models import Pipeline, Property, ScoreModel, ScoreRule, Stage, StageMove
from lifecycle.rules import scoring
from lifecycle.rules.catalogue import Catalogue, DataType, Field
from lifecycle.rules.criteria import Line
from revops.blueprint.documents import per_version
from revops.blueprint.rows import sync_rows
from revops.workspaces.ids import key_id


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
        return next_or_key_error((each for each in self.pipelines if each.key == key), key)

    def pipeline_for(self, record_kind: str) -> PipelineTerms:
        """The first pipeline for a kind of record: where it begins unless told otherwise. Raises KeyError."""
        return next_or_key_error((each for each in self.pipelines if each.record_kind == record_kind), record_kind)


def next_or_key_error(found: Iterable[PipelineTerms], key: str) -> PipelineTerms:
    """The first, or KeyError with the key that was asked for."""
    for each in found:
        return each
    raise KeyError(key)


def lines(document: list[dict[str, str]] | None, threshold: int | None = None) -> tuple[Line, ...]:
    """Criteria lines of a document; `mql_threshold` in label and text is the score model's, so they cannot drift."""
    given = "" if threshold is None else str(threshold)
    return tuple(
        Line(line["label"].replace("{mql_threshold}", given), re.sub(r"\bmql_threshold\b", given, line["expression"]))
        for line in document or ()
    )


@per_version
def lifecycle_of(workspace_id: UUID, document: dict[str, Any]) -> Lifecycle:
    """The lifecycle in force in a workspace."""
    properties = tuple(_property(workspace_id, each) for each in document["properties"])
    model = document["scoring"]
    pipelines = tuple(
        _pipeline(workspace_id, place, each, model["threshold"]) for place, each in enumerate(document["pipelines"])
    )
    catalogue = Catalogue.of(Field(each.key, each.data_type, each.label, each.options) for each in properties)
    score_model = scoring.ScoreModel(
        rules=tuple(
            scoring.ScoreRule(rule["label"], rule["group"], rule["expression"], rule["points"])
            for rule in model["rules"]
        ),
        fit_cap=model["fit_cap"],
        behaviour_cap=model["behaviour_cap"],
        half_life_days=model.get("half_life_days"),
        threshold=model["threshold"],
        bands=tuple(scoring.Band(band["label"], band["from"]) for band in model.get("bands", [])),
    )
    return Lifecycle(properties, pipelines, score_model, key_id(workspace_id, "score", model["key"]), catalogue)


def _property(workspace_id: UUID, each: dict[str, Any]) -> PropertyTerms:
    return PropertyTerms(
        id=key_id(workspace_id, "property", each["key"]),
        key=each["key"],
        label=each["label"],
        data_type=DataType(each["type"]),
        record_kind=each.get("record_kind", ""),
        options=tuple(each.get("options", ())),
        system_of_record=each.get("system", ""),
        source_rule=each.get("source_rule", "latest_wins"),
        reverify_days=each.get("reverify_days"),
    )


def _pipeline(workspace_id: UUID, place: int, each: dict[str, Any], threshold: int) -> PipelineTerms:
    pipeline_id = key_id(workspace_id, "pipeline", each["key"])
    keys = [stage["key"] for stage in each["stages"]]
    return PipelineTerms(
        id=pipeline_id,
        key=each["key"],
        label=each["label"],
        record_kind=each["record_kind"],
        purpose=each["purpose"],
        position=place,
        stages=tuple(
            StageTerms(
                id=key_id(workspace_id, "stage", each["key"], stage["key"]),
                path=f"{each['key']}/{stage['key']}",
                key=stage["key"],
                label=stage["label"],
                position=position,
                pipeline_key=each["key"],
                pipeline_id=pipeline_id,
                team_function=stage["team"],
                lifecycle_stage=stage.get("lifecycle_stage", stage["key"]),
                category=stage.get("category", "open"),
                probability_ratio=Decimal(str(stage.get("probability", 0))),
                forecast_category=stage.get("forecast", "omitted"),
                age_limit_days=stage.get("age_limit_days"),
                entry=lines(stage.get("entry"), threshold),
                exit=lines(stage.get("exit"), threshold),
                required=tuple(stage.get("required", ())),
                auto_enter=stage.get("auto_enter", False),
                moves_to=frozenset(stage.get("moves_to", keys[position + 1 : position + 2])),
                creates=stage.get("creates", ""),
            )
            for position, stage in enumerate(each["stages"])
        ),
    )


def sync_lifecycle(workspace_id: UUID, document: dict[str, Any]) -> None:
    """Write the definition tables from a document. Only a publishing change request may."""
    lifecycle: Lifecycle = lifecycle_of.parse(workspace_id, document)  # type: ignore[attr-defined]
    sync_rows(Property, (_property_row(each) for each in lifecycle.properties))
    sync_rows(
        Pipeline,
        (
            {
                "id": each.id,
                "key": each.key,
                "label": each.label,
                "record_kind": each.record_kind,
                "purpose": each.purpose,
                "position": each.position,
            }
            for each in lifecycle.pipelines
        ),
    )
    sync_rows(Stage, (_stage_row(each) for each in lifecycle.stages_by_id.values()))
    sync_rows(
        StageMove,
        (
            {
                "id": key_id(workspace_id, "move", stage.path, to),
                "from_stage_id": stage.id,
                "to_stage_id": key_id(workspace_id, "stage", stage.pipeline_key, to),
            }
            for stage in lifecycle.stages_by_id.values()
            for to in sorted(stage.moves_to)
        ),
    )
    model = lifecycle.score_model
    sync_rows(
        ScoreModel,
        [
            {
                "id": lifecycle.score_model_id,
                "key": document["scoring"]["key"],
                "label": document["scoring"]["label"],
                "threshold": model.threshold,
                "fit_cap": model.fit_cap,
                "behaviour_cap": model.behaviour_cap,
                "half_life_days": model.half_life_days,
                "bands": document["scoring"].get("bands", []),
            }
        ],
    )
    sync_rows(
        ScoreRule,
        (
            {
                "id": key_id(workspace_id, "score_rule", str(place)),
                "model_id": lifecycle.score_model_id,
                "position": place,
                "label": rule.label,
                "group": rule.group,
                "expression": rule.expression,
                "points": rule.points,
            }
            for place, rule in enumerate(model.rules)
        ),
    )


def _property_row(each: PropertyTerms) -> dict[str, Any]:
    return {
        "id": each.id,
        "key": each.key,
        "label": each.label,
        "record_kind": each.record_kind,
        "data_type": each.data_type.value,
        "options": list(each.options),
        "system_of_record": each.system_of_record,
        "source_rule": each.source_rule,
        "reverify_days": each.reverify_days,
    }


def _stage_row(stage: StageTerms) -> dict[str, Any]:
    return {
        "id": stage.id,
        "pipeline_id": stage.pipeline_id,
        "key": stage.key,
        "label": stage.label,
        "position": stage.position,
        "team_function": stage.team_function,
        "lifecycle_stage": stage.lifecycle_stage,
        "category": stage.category,
        "probability_ratio": stage.probability_ratio,
        "forecast_category": stage.forecast_category,
        "age_limit_days": stage.age_limit_days,
        "entry_criteria": [{"label": line.label, "expression": line.expression} for line in stage.entry],
        "exit_criteria": [{"label": line.label, "expression": line.expression} for line in stage.exit],
        "required_properties": list(stage.required),
        "auto_enter": stage.auto_enter,
    }
