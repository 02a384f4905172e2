"""Writing pipelines and stages of a blueprint into their tables, which records point at."""

from collections.abc import Iterable
from typing import Any

from blueprint.rows import sync_rows
from blueprint.schema import Blueprint, Criterion, PipelineTerms, StageTerms
from lifecycle.models import Pipeline, Stage


def sync_stages(blueprint: Blueprint) -> None:
    """Write the definition tables. Only a publishing change request may."""
    sync_rows(Pipeline, map(_pipeline_row, blueprint.pipelines))
    sync_rows(Stage, map(_stage_row, blueprint.stages_by_id.values()))


def lines_written(lines: Iterable[Criterion]) -> list[dict[str, str]]:
    """Criteria lines as their column keeps them."""
    return [{"label": line.label, "expression": line.expression} for line in lines]


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
