"""Writing properties, pipelines, stages and the score model of a blueprint into their tables."""

from collections.abc import Iterable
from typing import Any

from blueprint.rows import sync_rows
from blueprint.schema import Blueprint, Criterion, PipelineTerms, PropertyTerms, StageTerms
from lifecycle.models import Pipeline, Property, ScoreModel, ScoreRule, Stage, StageMove


def sync_stages(blueprint: Blueprint) -> None:
    """Write the definition tables. Only a publishing change request may."""
    stages = list(blueprint.stages_by_id.values())
    sync_rows(Property, map(_property_row, blueprint.properties))
    sync_rows(Pipeline, map(_pipeline_row, blueprint.pipelines))
    sync_rows(Stage, map(_stage_row, stages))
    sync_rows(StageMove, (_move_row(stage, to) for stage in stages for to in sorted(stage.moves_to)))
    sync_rows(ScoreModel, [_score_model_row(blueprint)])
    sync_rows(ScoreRule, _score_rule_rows(blueprint))


def lines_written(lines: Iterable[Criterion]) -> list[dict[str, str]]:
    """Criteria lines as their column keeps them."""
    return [{"label": line.label, "expression": line.expression} for line in lines]


def _property_row(each: PropertyTerms) -> dict[str, Any]:
    return {
        "id": each.id,
        "key": each.key,
        "label": each.label,
        "record_kind": each.record_kind,
        "data_type": each.type.value,
        "options": list(each.options),
        "system_of_record": each.system,
        "source_rule": each.source_rule.value,
        "reverify_days": each.reverify_days,
    }


def _pipeline_row(each: PipelineTerms) -> dict[str, Any]:
    return {
        "id": each.id,
        "key": each.key,
        "label": each.label,
        "record_kind": each.record_kind,
        "purpose": each.purpose,
        "position": each.position,
    }


def _stage_row(stage: StageTerms) -> dict[str, Any]:
    return {
        "id": stage.id,
        "pipeline_id": stage.pipeline_id,
        "key": stage.key,
        "label": stage.label,
        "position": stage.position,
        "team_function": stage.team,
        "lifecycle_stage": stage.lifecycle_stage,
        "category": stage.category,
        "probability_ratio": stage.probability,
        "forecast_category": stage.forecast,
        "age_limit_days": stage.age_limit_days,
        "entry_criteria": lines_written(stage.entry),
        "exit_criteria": lines_written(stage.exit),
        "required_properties": list(stage.required),
        "auto_enter": stage.auto_enter,
    }


def _move_row(stage: StageTerms, to: str) -> dict[str, Any]:
    return {
        "id": stage.id_of("move", stage.path, to),
        "from_stage_id": stage.id,
        "to_stage_id": stage.id_of("stage", stage.pipeline_key, to),
    }


def _score_model_row(blueprint: Blueprint) -> dict[str, Any]:
    model = blueprint.scoring
    return {
        "id": model.id,
        "key": model.key,
        "label": model.label,
        "threshold": model.threshold,
        "fit_cap": model.fit_cap,
        "behaviour_cap": model.behaviour_cap,
        "half_life_days": model.half_life_days,
        "bands": [band.model_dump(by_alias=True) for band in model.bands],
    }


def _score_rule_rows(blueprint: Blueprint) -> Iterable[dict[str, Any]]:
    for rule in blueprint.scoring.rules:
        yield {
            "id": rule.id_of("score_rule", str(rule.position)),
            "model_id": blueprint.scoring.id,
            "position": rule.position,
            "label": rule.label,
            "group": rule.group,
            "expression": rule.expression,
            "points": rule.points,
        }
