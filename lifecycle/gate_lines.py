"""What keeps many records from their next stage: each line of the gate, and of how many it is unmet or unknown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from blueprint.expressions.criteria import Sentence, compile_line
from blueprint.expressions.to_sql import to_sql
from blueprint.schema import Blueprint, PipelineTerms, StageTerms
from core.sql import Fragment, load
from lifecycle.facts import RECORD_SQL
from lifecycle.rules.gates import label_of, required_lines

LINES = load("lifecycle", "lines_at_gate")


@dataclass(frozen=True)
class GateLine:
    """One line of a gate. `fields`: what it looks at, as people call it."""

    label: str
    unmet: int
    unknown: int
    fields: tuple[str, ...]


def stage_after(pipeline: PipelineTerms, stage: StageTerms) -> StageTerms | None:
    """The stage that a record in this one is to reach: one further on and not a loss, an automatic one first."""
    onward = [pipeline.stage(key) for key in stage.moves_to]
    further = [each for each in onward if each.position > stage.position and each.category != "lost"]
    return min(further, key=lambda each: (not each.auto_enter, each.position), default=None)


def lines_at_gate(
    lifecycle: Blueprint, stage: StageTerms, after: StageTerms, records: Sequence[UUID], at: datetime
) -> list[GateLine]:
    """Every line between two stages that is not met by all of the records standing in the first. One query, none where
    the gate asks nothing."""
    lines: list[Sentence] = [*stage.exit, *required_lines(lifecycle, after), *after.entry]
    if not lines:
        return []
    tests = [to_sql(line.expression, lifecycle.catalogue, columns=RECORD_SQL, at=at) for line in lines]
    written = [Fragment.of(f"line_{nth}", test) for nth, test in enumerate(tests)]
    values = [Fragment(f"({nth}, {each.sql})", each.values) for nth, each in enumerate(written)]
    rows = LINES.fill(lines=Fragment.joined(", ", values)).rows(records=list(records), stage=stage.id)
    return [
        GateLine(lines[nth].label, unmet, unknown, _fields(lifecycle, lines[nth].expression))
        for nth, unmet, unknown in rows
        if unmet or unknown
    ]


def _fields(lifecycle: Blueprint, expression: str) -> tuple[str, ...]:
    fields = compile_line(lifecycle.catalogue, expression).fields
    return tuple(label_of(lifecycle, key) for key in fields if key != "now")
