"""Gates: records that stand in a stage now and would not be let in again by the proposed version. Nobody is moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.sql import Fragment, load
from governance.sets import ReplayedVersion, gate_lines
from governance.sets.rule_questions import Questions

EXAMPLES = 50
STANDING_AT_GATE = load("governance", "standing_at_gate")


def standing(before: ReplayedVersion, after: ReplayedVersion, path: str, *, at: datetime) -> dict[str, Any]:
    """How many of the stage's records meet its gate by either version, with examples of those who differ. One query."""
    questions = Questions(at)
    old, new = before.blueprint.stages_by_path.get(path), after.blueprint.stages_by_path.get(path)
    known = new or old
    assert known is not None, f"no version knows {path}"
    meets = {}
    for side, version, stage in (("old", before, old), ("new", after, new)):
        lines = [line.expression for line in gate_lines(version, stage)] if stage else []
        score = f"{side}_points"
        meets[side] = questions.all_met(version.blueprint.catalogue, lines, score, "w") if stage else "false"
    totals = ", ".join(
        f"{questions.total(version.blueprint.scoring, version.blueprint.catalogue)} as {side}_points"
        for side, version in (("old", before), ("new", after))
    )
    scored: dict[str, Fragment | str] = {
        "questions": questions.columns,
        "points": totals,
        "scored_questions": questions.scored_columns,
        "which": Fragment("r.stage_id = %(stage)s", questions.params),
    }
    statement = STANDING_AT_GATE.fill(old_meets=meets["old"], new_meets=meets["new"], **scored)
    [(count, failing_before, failing_after, newly_failing, newly_passing, examples)] = statement.rows(
        stage=known.id, most=EXAMPLES
    )
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
