"""What is left of the pauses of a handoff."""

from collections.abc import Iterable

from blueprint.schema import SeamTerms
from handoffs.models import Handoff, Pause
from handoffs.rules.halts import Budget, Halt, budget


def budget_of(handoff: Handoff, seam: SeamTerms, pauses: Iterable[Pause]) -> Budget:
    """How often and how long whoever has it may still stop its clock, after all pauses that there were."""
    spent = [each for each in pauses if each.uses_up(handoff.assignee_id)]
    halts = [Halt(each.at, each.over_at, "") for each in spent]
    return budget(seam.pausing, handoff.allowed.hours, sum(each.by_hand for each in spent), halts)
