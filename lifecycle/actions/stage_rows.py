"""The rows of a blueprint's pipelines and stages, which records point at."""

from blueprint.configuration import Rows, lines_written, rows_of
from blueprint.schema import Blueprint
from lifecycle.models import Pipeline, Stage


def rows_of_stages(blueprint: Blueprint) -> list[Rows]:
    """For the tables of pipelines and stages."""
    stages = rows_of(
        Stage,
        blueprint.stages_by_id.values(),
        team_function="team",
        probability_ratio="probability",
        forecast_category="forecast",
        entry_criteria=lambda stage: lines_written(stage.entry),
        exit_criteria=lambda stage: lines_written(stage.exit),
        required_properties="required",
    )
    return [rows_of(Pipeline, blueprint.pipelines), stages]
