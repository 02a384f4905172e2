"""The refusals of handoffs, each with its facts."""

from datetime import datetime
from typing import Any

from blueprint.schema import ReasonTerms, StageTerms
from core.errors import RuleSaysNo, WorldMovedOn
from handoffs.models import Handoff, Task


class HandoffAlreadyAnswered(WorldMovedOn):
    """Somebody answered it, or it was recalled, before you did."""

    code = "handoff_already_answered"

    def __init__(self, handoff: Handoff) -> None:
        by = handoff.answered_by.name if handoff.answered_by else None
        at: datetime | None = handoff.answered_at
        super().__init__(
            f"This handoff was {handoff.get_state_display().lower()}{f' by {by}' if by else ''} already.",
            facts={"state": handoff.state, "by": by, "at": at.isoformat() if at else None},
        )


class AnsweredAlreadySo(HandoffAlreadyAnswered):
    """It was answered so before, by the same person: asked again, nothing is left to do."""

    code = "done_already"


class HeldByOthers(WorldMovedOn):
    """Somebody is doing something with it in this moment."""

    code = "held_just_now"

    def __init__(self) -> None:
        super().__init__("Somebody else has it in hand just now; try again.")


class AcceptanceRefused(RuleSaysNo):
    """The acceptance criteria are not all met; the unmet lines are named."""

    code = "acceptance_unmet"

    def __init__(self, unmet: list[dict[str, Any]]) -> None:
        super().__init__("Not everything agreed for this handoff is met yet.", facts={"unmet": unmet})


class PacketIncomplete(RuleSaysNo):
    """Required items of the packet are missing; they are named."""

    code = "packet_incomplete"

    def __init__(self, gaps: list[str]) -> None:
        super().__init__(f"The packet is incomplete: {', '.join(gaps)}.", facts={"gaps": gaps})


class TaskAlreadyDone(WorldMovedOn):
    """Somebody closed the task before you did."""

    code = "task_already_done"

    def __init__(self, task: Task) -> None:
        by = task.done_by.name if task.done_by else None
        facts = {"by": by, "at": task.done_at.isoformat() if task.done_at else None, "outcome": task.outcome}
        super().__init__(f"This task was closed{f' by {by}' if by else ''} already.", facts=facts)


class UndoTooLate(RuleSaysNo):
    """What was done to a handoff, or to many, is taken back within ten seconds."""

    code = "too_late_to_undo"
    THEN = {  # by what it was brought to, or "offered" where it was many, "given" where one: what can be done now
        "accepted": ("An acceptance", "now a manager gives it to somebody else"),
        "rejected": ("A rejection", "now it is offered again"),
        "recalled": ("A recall", "now it is offered again"),
        "offered": ("What was done to many", "now each is seen to by itself"),
        "moved": ("A move", "now it is moved back through the gate"),
        "owned": ("A change of owner", "now it is given back"),
        "given": ("That it was given away", "now it is given to somebody else once more"),
    }

    def __init__(self, done_at: datetime, *, state: str = "offered") -> None:
        what, then = self.THEN[state]
        super().__init__(f"{what} is taken back within ten seconds; {then}.", facts={"done_at": done_at.isoformat()})


class CannotUndo(WorldMovedOn):
    """Something came after what would be taken back: the facts name it."""

    def __init__(self, code: str, sentence: str, facts: dict[str, Any] | None = None) -> None:
        super().__init__(sentence, code=code, facts=facts)


def leads_elsewhere(reason: ReasonTerms, to: StageTerms, leads_to: StageTerms | None) -> RuleSaysNo:
    """The refusal of a move that names a reason which leads somewhere else."""
    where = f"takes the record to {leads_to.label}" if leads_to else "leaves the record where it is, with its sender"
    facts = {"reason": reason.key, "asked": to.path, "leads_to": leads_to.path if leads_to else None}
    sentence = f"“{reason.label}” {where}, not to {to.label}."
    return RuleSaysNo(sentence, code="reason_leads_elsewhere", field="reason", facts=facts)
