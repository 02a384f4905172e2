"""Gates: records that stand in a stage now and would not be let in again by the proposed version. Nobody is moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from governance.sets import Version, gate_lines
from governance.sets.asking import Questions
from lifecycle.facts import RECORD_FROM

EXAMPLES = 50


def standing(workspace_id: UUID, before: Version, after: Version, path: str, *, at: datetime) -> dict[str, Any]:
    """How many of the stage's records meet its gate by either version, with examples of those who differ. One query."""
    questions = Questions(at)
    old, new = before.lifecycle.stages_by_path.get(path), after.lifecycle.stages_by_path.get(path)
    known = new or old
    assert known is not None, f"no version knows {path}"
    meets = {}
    for side, version, stage in (("old", before, old), ("new", after, new)):
        lines = [line.expression for line in gate_lines(version, stage)] if stage else []
        score = f"{side}_points"
        meets[side] = questions.all_met(version.lifecycle.catalogue, lines, score, "w") if stage else "false"
    totals = ", ".join(
        f"{questions.total(version.lifecycle.score_model, version.lifecycle.catalogue)} as {side}_points"
        for side, version in (("old", before), ("new", after))
    )
    sql = f"""with judged as materialized (
select w.number, w.name, {meets["old"]} as was, {meets["new"]} as would
from (select k.*{questions.scored_columns} from (select j.*, {totals} from (
select r.*, s.key as stage_key, a.name as account_name, a.domain as account_domain{questions.columns}
from {RECORD_FROM} where r.workspace_id = %(workspace)s and r.stage_id = %(stage)s
offset 0) j offset 0) k offset 0) w)
select count(*), count(*) filter (where not was), count(*) filter (where not would),
  count(*) filter (where was and not would), count(*) filter (where would and not was),
  (select coalesce(json_agg(json_build_object(
     'number', e.number, 'name', e.name, 'before', e.was, 'after', e.would)), '[]')
   from (select * from judged where was <> would order by number desc limit {EXAMPLES}) e)
from judged"""
    with connection.cursor() as cursor:
        cursor.execute(sql, questions.params | {"workspace": workspace_id, "stage": known.id})
        count, failing_before, failing_after, newly_failing, newly_passing, examples = cursor.fetchone()
    return {
        "path": path,
        "label": f"{known.label} ({known.pipeline_key.replace('_', ' ')})",
        "state": "changed" if old and new else "added" if new else "removed",
        "records": count,
        "failing": [failing_before, failing_after],
        "newly_failing": newly_failing,
        "newly_passing": newly_passing,
        "examples": examples,
    }
