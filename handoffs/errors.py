"""The refusals of handoffs, each with its facts."""

from datetime import datetime
from typing import Any

from handoffs.models import Handoff
from revops.errors import RuleSaysNo, WorldMovedOn


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
