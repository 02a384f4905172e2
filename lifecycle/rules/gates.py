"""The gate before a stage: everything that must hold before a record may enter, and the way it goes on by itself.

Every door asks here (one record) or asks the same lines as SQL (`lifecycle.intake.statement`, many records).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from blueprint.expressions.criteria import Line, Sentence, Verdict, judge
from core.errors import RuleSaysNo

if TYPE_CHECKING:
    from blueprint.schema import Blueprint, PipelineTerms, StageTerms

LOST = "lost"
FILLED_IN = "known({key})"  # the test that a required property is


@dataclass(frozen=True, slots=True)
class Unmet:
    """One line that keeps the gate shut. `part`: exit, move, required, entry or reason; acceptance of a handoff."""

    part: str
    label: str
    verdict: Verdict
    facts: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As errors carry it."""
        return {"part": self.part, "label": self.label, "verdict": self.verdict.value, "facts": shown(self.facts)}


def shown(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON can hold them."""
    plain = (str, int, float, bool, type(None), list, dict)
    return {key: value if isinstance(value, plain) else str(value) for key, value in facts.items()}


class GateClosed(RuleSaysNo):
    """The record may not enter the stage yet; `facts["unmet"]` lists every line that says so."""

    code = "gate_closed"

    def __init__(self, to_stage: StageTerms, unmet: Sequence[Unmet]) -> None:
        lines = "; ".join(f"{each.label} ({each.verdict.value})" for each in unmet)
        facts = {"stage": to_stage.path, "unmet": [each.as_json() for each in unmet]}
        super().__init__(f"Not ready for {to_stage.label}: {lines}.", field="stage", facts=facts)


def needs_reason(to_stage: StageTerms) -> bool:
    """Whether entering asks for a reason code: a loss is always explained."""
    return to_stage.category == LOST


def required_lines(lifecycle: Blueprint, stage: StageTerms) -> tuple[Line, ...]:
    """The stage's required properties as lines of criteria."""
    return tuple(Line(f"{label_of(lifecycle, key)} is filled in", FILLED_IN.format(key=key)) for key in stage.required)


def label_of(lifecycle: Blueprint, key: str) -> str:
    """What people call a field."""
    return lifecycle.catalogue.field(key).label if key in lifecycle.catalogue else key


def born_from(pipeline: PipelineTerms, to_stage: StageTerms) -> StageTerms | None:
    """The stage that a new record climbs from: where its pipeline begins, or none where it may be born."""
    return None if to_stage.is_entry else pipeline.first


def what_is_missing(
    lifecycle: Blueprint,
    from_stage: StageTerms | None,
    to_stage: StageTerms,
    facts: Mapping[str, Any],
    now: datetime,
    *,
    is_reasoned: bool = True,
) -> list[Unmet]:
    """Every unmet line between a record and a stage, in the order of the gate: exit, move, required, entry, reason.

    `from_stage` is None for a record that is born here (see `born_from`): nothing to leave. `is_reasoned` is False
    where a loss is entered without its reason code. An empty list means the gate is open.
    """
    missing: list[Unmet] = []
    if from_stage is not None:
        missing += unmet_of(lifecycle, "exit", from_stage.exit, facts, now)
        if to_stage.pipeline_key != from_stage.pipeline_key or to_stage.key not in from_stage.moves_to:
            missing.append(Unmet("move", f"{from_stage.label} may move to {to_stage.label}", Verdict.UNMET))
    missing += unmet_of(lifecycle, "required", required_lines(lifecycle, to_stage), facts, now)
    missing += unmet_of(lifecycle, "entry", to_stage.entry, facts, now)
    if needs_reason(to_stage) and not is_reasoned:
        missing.append(Unmet("reason", "A loss reason is chosen", Verdict.UNMET))
    return missing


def unmet_of(
    lifecycle: Blueprint, part: str, lines: Iterable[Sentence], facts: Mapping[str, Any], now: datetime
) -> list[Unmet]:
    """The lines that are not met, with the facts they looked at."""
    results = judge(lifecycle.catalogue, lines, facts, now)
    return [Unmet(part, each.label, each.verdict, each.facts) for each in results if each.verdict is not Verdict.MET]


def auto_steps(pipeline: PipelineTerms) -> list[tuple[StageTerms, tuple[StageTerms, ...]]]:
    """The stages a record enters by itself, in order, each with the open stages before it that lead there.

    Only forwards and only from open stages: who was recycled, lost or disqualified is brought back by a person.
    """
    return [
        (stage, before)
        for stage in pipeline.stages
        if stage.auto_enter
        and (
            before := tuple(
                each
                for each in pipeline.stages
                if each.position < stage.position and each.is_open and stage.key in each.moves_to
            )
        )
    ]


def auto_path(lifecycle: Blueprint, stage: StageTerms, facts: Mapping[str, Any], now: datetime) -> list[StageTerms]:
    """The stages a record standing in `stage` now enters by itself, in order; the facts are judged once."""
    path: list[StageTerms] = []
    for after, before in auto_steps(lifecycle.pipeline(stage.pipeline_key)):
        if stage in before and not what_is_missing(lifecycle, stage, after, facts, now):
            path.append(after)
            stage = after
    return path
