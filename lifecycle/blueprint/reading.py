"""Reading the lifecycle's part of a document."""

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

from blueprint.documents import per_version
from blueprint.expressions.criteria import Line
from blueprint.expressions.fields import Catalogue, DataType, Field
from core.tenancy.ids import key_id
from lifecycle.blueprint.terms import Lifecycle, PipelineTerms, PropertyTerms, StageTerms
from lifecycle.rules.scoring import ScoreBand, ScoreModel, ScoreRule


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
    return Lifecycle(
        properties=properties,
        pipelines=tuple(
            _pipeline(workspace_id, place, each, model["threshold"]) for place, each in enumerate(document["pipelines"])
        ),
        score_model=_score_model(model),
        score_model_id=key_id(workspace_id, "score", model["key"]),
        catalogue=Catalogue.of(Field(each.key, each.data_type, each.label, each.options) for each in properties),
    )


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
    return PipelineTerms(
        id=key_id(workspace_id, "pipeline", each["key"]),
        key=each["key"],
        label=each["label"],
        record_kind=each["record_kind"],
        purpose=each["purpose"],
        position=place,
        stages=tuple(_stage(workspace_id, each, position, threshold) for position in range(len(each["stages"]))),
    )


def _stage(workspace_id: UUID, pipeline: dict[str, Any], position: int, threshold: int) -> StageTerms:
    stage = pipeline["stages"][position]
    next_keys = [each["key"] for each in pipeline["stages"][position + 1 : position + 2]]
    return StageTerms(
        id=key_id(workspace_id, "stage", pipeline["key"], stage["key"]),
        path=f"{pipeline['key']}/{stage['key']}",
        key=stage["key"],
        label=stage["label"],
        position=position,
        pipeline_key=pipeline["key"],
        pipeline_id=key_id(workspace_id, "pipeline", pipeline["key"]),
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
        moves_to=frozenset(stage.get("moves_to", next_keys)),
        creates=stage.get("creates", ""),
        is_entry=position == 0 or stage.get("is_entry", False),
    )


def _score_model(model: dict[str, Any]) -> ScoreModel:
    return ScoreModel(
        rules=tuple(
            ScoreRule(rule["label"], rule["group"], rule["expression"], rule["points"]) for rule in model["rules"]
        ),
        fit_cap=model["fit_cap"],
        behaviour_cap=model["behaviour_cap"],
        half_life_days=model.get("half_life_days"),
        threshold=model["threshold"],
        bands=tuple(ScoreBand(band["label"], band["from"]) for band in model.get("bands", [])),
    )
