"""Writing the lifecycle's part of a document into its tables."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from blueprint.expressions.criteria import Line
from blueprint.rows import sync_rows
from core.tenancy.ids import key_id
from lifecycle.blueprint.reading import lifecycle_of
from lifecycle.blueprint.terms import Lifecycle, PropertyTerms, StageTerms
from lifecycle.models import Pipeline, Property, ScoreModel, ScoreRule, Stage, StageMove


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


def lines_written(lines: Iterable[Line]) -> list[dict[str, str]]:
    """Criteria lines as their column keeps them."""
    return [{"label": line.label, "expression": line.expression} for line in lines]


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
        "entry_criteria": lines_written(stage.entry),
        "exit_criteria": lines_written(stage.exit),
        "required_properties": list(stage.required),
        "auto_enter": stage.auto_enter,
    }
