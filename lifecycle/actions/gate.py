"""The refusal at the gate, in the same words at every door."""

from collections.abc import Mapping, Sequence
from typing import Any

from lifecycle.blueprint import StageTerms
from lifecycle.rules.gates import Unmet
from revops.errors import RuleSaysNo


class GateClosed(RuleSaysNo):
    """The record may not enter the stage yet; `facts["unmet"]` lists every line that says so."""

    code = "gate_closed"

    def __init__(self, to_stage: StageTerms, unmet: Sequence[Unmet]) -> None:
        super().__init__(sentence(to_stage, unmet), field="stage", facts=facts(to_stage, unmet))


def sentence(to_stage: StageTerms, unmet: Sequence[Unmet]) -> str:
    """What a person reads: the stage, and every unmet line."""
    return f"Not ready for {to_stage.label}: {'; '.join(f'{each.label} ({each.verdict.value})' for each in unmet)}."


def facts(to_stage: StageTerms, unmet: Sequence[Unmet]) -> Mapping[str, Any]:
    """What a program reads."""
    return {"stage": to_stage.path, "unmet": [each.as_json() for each in unmet]}
