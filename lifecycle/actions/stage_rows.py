"""Writing pipelines and stages of a blueprint into their tables, which records point at."""

from blueprint.configuration import lines_written, sync_rows
from blueprint.schema import Blueprint
from lifecycle.models import Pipeline, Stage


def sync_stages(blueprint: Blueprint) -> None:
    """Write the definition tables. Only a publishing change request may."""
    sync_rows(Pipeline, blueprint.pipelines)
    sync_rows(
        Stage,
        blueprint.stages_by_id.values(),
        team_function="team",
        probability_ratio="probability",
        forecast_category="forecast",
        entry_criteria=lambda stage: lines_written(stage.entry),
        exit_criteria=lambda stage: lines_written(stage.exit),
        required_properties="required",
    )
