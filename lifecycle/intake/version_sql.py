"""What a version of the blueprint says, as SQL over the rows of the intake statement."""

from collections.abc import Iterable
from dataclasses import dataclass

from blueprint.expressions.criteria import Sentence
from blueprint.expressions.to_sql import all_met_sql, to_sql
from blueprint.schema import Blueprint, StageTerms
from core.kept_plans import literal


@dataclass(frozen=True, slots=True)
class VersionSql:
    """Writes rules of a version, values and all: a prepared statement has no parameters for them. Only the ids of its
    stages and pipelines are parameters, so that workspaces with the same rules share a plan. `now` is the SQL of the
    moment, `stage_ids` and `pipeline_ids` that of the lists that `list_ids` gives."""

    lifecycle: Blueprint
    now: str
    stage_ids: str
    pipeline_ids: str

    def pipeline(self, key: str) -> str:
        """The id of a pipeline."""
        return f"({self.pipeline_ids})[{[each.key for each in self.lifecycle.pipelines].index(key) + 1}]"

    def stage(self, stage: StageTerms) -> str:
        """The id of a stage."""
        return f"({self.stage_ids})[{list(self.lifecycle.stages_by_id).index(stage.id) + 1}]"

    def stages(self, stages: Iterable[StageTerms]) -> str:
        """Ids of stages as a list for `in`."""
        return ", ".join(self.stage(each) for each in stages)

    def test(self, expression: str, row: str) -> str:
        """One expression over the row `row`: true, false or NULL."""
        written = to_sql(expression, self.lifecycle.catalogue, row, now_sql=self.now)
        return literal(written.sql, *written.params)

    def all_met(self, lines: Iterable[Sentence]) -> str:
        """True where every line is met by `scored`, the record with its new score."""
        expressions = [line.expression for line in lines]
        columns = {"score": "scored.new_score"}
        written = all_met_sql(expressions, self.lifecycle.catalogue, "scored", columns=columns, now_sql=self.now)
        return literal(written.sql, *written.params)


def list_ids(lifecycle: Blueprint) -> dict[str, str]:
    """The ids of a version's stages and pipelines in the order in which its rules are written, as PostgreSQL reads
    lists."""
    ids = {"stage_ids": lifecycle.stages_by_id, "pipeline_ids": [each.id for each in lifecycle.pipelines]}
    return {name: f"{{{','.join(map(str, listed))}}}" for name, listed in ids.items()}
