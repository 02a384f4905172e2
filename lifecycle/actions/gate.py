"""The refusal at the gate, in the same words at every door."""

from collections.abc import Sequence

from blueprint.schema import StageTerms
from core.errors import RuleSaysNo
from lifecycle.rules.gates import Unmet, facts_of_refusal, sentence


class GateClosed(RuleSaysNo):
    """The record may not enter the stage yet; `facts["unmet"]` lists every line that says so."""

    code = "gate_closed"

    def __init__(self, to_stage: StageTerms, unmet: Sequence[Unmet]) -> None:
        super().__init__(sentence(to_stage, unmet), field="stage", facts=facts_of_refusal(to_stage, unmet))
