"""Gates: records that stand in a stage now and would not be let in again by the proposed version. Nobody is moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from blueprint.schema import Blueprint
from core.sql import Fragment, load
from governance.impact.replay import as_they_are, gate_tests
from governance.impact.rule_questions import Questions

EXAMPLES = 50
STANDING_AT_GATE = load("governance", "standing_at_gate")
NOBODYS = "select null::uuid as owner_id, false as is_named"  # a gate asks for no owner of a company


def standing(before: Blueprint, after: Blueprint, path: str, *, at: datetime) -> dict[str, Any]:
    """How many of the stage's records meet its gate by either version, with examples of those who differ. One query."""
    questions = Questions()
    old, new = before.stages_by_path.get(path), after.stages_by_path.get(path)
    known = new or old
    assert known is not None, f"no version knows {path}"
    meets = {
        side: questions.all_met(blueprint.catalogue, gate_tests(stage), f"{side}_points", "w") if stage else "false"
        for side, blueprint, stage in (("old", before, old), ("new", after, new))
    }
    totals = ", ".join(
        f"{questions.total(blueprint.scoring, blueprint.catalogue)} as {side}_points"
        for side, blueprint in (("old", before), ("new", after))
    )
    scored: dict[str, Fragment | str] = {
        "records": as_they_are(at),
        "questions": questions.columns,
        "points": totals,
        "scored_questions": questions.scored_columns,
        "which": Fragment("r.stage_id = %(stage)s", questions.params),
        "account_match": NOBODYS,
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
