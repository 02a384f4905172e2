"""When each record is asked again, as one SQL expression per blueprint version; none where nothing reads `now`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from blueprint.documents import blueprint_of, per_version
from blueprint.expressions.fields import Catalogue
from blueprint.expressions.moments import TurningPoint, turns_of
from blueprint.expressions.to_sql import SqlRow
from blueprint.schema import Blueprint, StageTerms
from core.people.models import Workspace
from core.sql import load
from lifecycle.rules.gates import auto_steps

SCHEDULE = load("lifecycle", "schedule_ask_again")


@dataclass(frozen=True)
class AskAgainSql:
    """How a version asks records again as time goes by. `turns_sql` gives the moments at which an answer about the
    record `r` turns, as an array; "" where none can be solved. Only records of these `kinds` have such moments. Records
    in `daily_stages` are asked once a day."""

    turns_sql: str = ""
    kinds: frozenset[str] = frozenset()
    daily_stages: tuple[UUID, ...] = ()


@per_version
def ask_again_of(workspace_id: UUID, document: dict[str, Any]) -> AskAgainSql:
    """Read from the version in force. Only open stages have ways that open by themselves."""
    lifecycle: Blueprint = blueprint_of.parse(workspace_id, document)
    scores = [rule.expression for rule in lifecycle.scoring.rules]
    cases, kinds, daily = [], set(), []
    for stage in lifecycle.stages_by_id.values():
        if not stage.is_open:
            continue
        turns = turns_of(lifecycle.catalogue, [*_ways(lifecycle, stage), *scores])
        if turns.turns:
            moments = ", ".join(_moment(turn, lifecycle.catalogue) for turn in turns.turns)
            cases.append(f"when '{stage.id}'::uuid then array[{moments}]")
            kinds.add(str(lifecycle.pipeline(stage.pipeline_key).record_kind))
        if not turns.is_solved:
            daily.append(stage.id)
    turns_sql = f"(case r.stage_id {' '.join(cases)} end)" if cases else ""
    return AskAgainSql(turns_sql, frozenset(kinds), tuple(daily))


def schedule(workspace: Workspace, written: Mapping[UUID, str], at: datetime) -> None:
    """Work out anew when these records, which were just written, are asked again; each with its kind. One query; none
    where time alone changes nothing about records of their kinds."""
    asked = ask_again_of(workspace)
    records = [record_id for record_id, kind in written.items() if kind in asked.kinds]
    if records:
        SCHEDULE.fill(turns=asked.turns_sql).run(records=records, at=at)


def _ways(lifecycle: Blueprint, stage: StageTerms) -> Iterable[str]:
    """Every line between a record in this stage and the stages it enters by itself."""
    for after, before in auto_steps(lifecycle.pipeline(stage.pipeline_key)):
        if stage in before:
            yield from (line.expression for line in (*stage.exit, *after.entry))


def _moment(turn: TurningPoint, catalogue: Catalogue) -> str:
    """A second after the comparison turned, so that “less than” and “at most” have both turned."""
    parts = [
        f"{count:d} * extract(epoch from {SqlRow(catalogue).compared(key)}) * 1000000" for key, count in turn.fields
    ]
    total = " + ".join([*parts, f"{turn.microseconds:d}::numeric"])
    return f"('epoch'::timestamptz + ((({total}) / {-turn.times:d} / 1000000)::float8 + 1) * interval '1 second')"
