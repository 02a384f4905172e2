"""What became of rows that were sent. A batch has ten thousand of them: written by hand, without serializers."""

from typing import Any
from uuid import UUID

from blueprint.schema import Blueprint
from core.errors import BadInput, NotPermitted, Refusal, WorldMovedOn
from lifecycle.actions.intake import Outcome, Refused
from lifecycle.actions.waiting import HELD
from lifecycle.closed_periods import CLOSED_FACTS, KEPT


def row_out(lifecycle: Blueprint, outcome: Outcome, line: int) -> dict[str, Any]:
    """One row that came in."""
    answer: dict[str, Any] = {"line": line, "state": outcome.states[line], "number": outcome.numbers[line]}
    stage = lifecycle.stages_by_id.get(outcome.stages.get(line, UUID(int=0)))
    if stage:
        answer["stage"] = stage.path
    if held := outcome.held.get(line):
        answer["held"] = held
        if not CLOSED_FACTS.isdisjoint(held):
            answer["detail"] = KEPT
    return answer


def batch_out(lifecycle: Blueprint, outcome: Outcome, rows: int) -> dict[str, Any]:
    """Every row, in its line's order, and the counts."""
    told = {line: row_out(lifecycle, outcome, line) for line in outcome.states}
    for each in outcome.rejected:
        told[each.line] = {
            "line": each.line,
            "state": "rejected",
            "code": each.code,
            "field": each.field,
            "detail": each.detail,
            "facts": dict(each.facts),
        }
    return {
        "rows": rows,
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "rejected": len(outcome.rejected),
        "outcomes": [told[line] for line in sorted(told)],
    }


def as_refusal(refused: Refused) -> Refusal:
    """A row that was refused, where it is the whole call."""
    if refused.code == "not_yours":
        return NotPermitted(refused.detail, code=refused.code, field=refused.field)
    kind = WorldMovedOn if refused.code == HELD else BadInput
    return kind(refused.detail, code=refused.code, field=refused.field or None, facts=dict(refused.facts))
