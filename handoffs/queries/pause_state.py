"""Pauses of a handoff: which one stands, what is left of them, and whether somebody may stop its clock now."""

from dataclasses import dataclass
from datetime import datetime

from blueprint.schema import SeamTerms
from handoffs.models import Clock, Handoff, Pause
from handoffs.queries.path import Passage
from handoffs.queries.pause_budget import budget_of


@dataclass(frozen=True)
class PausesOfHandoff:
    """The pause that stands, how many there were by hand of those allowed, how many working minutes are left, and what
    a member may do."""

    standing: Pause | None
    used: int
    allowed: int
    minutes_left: float
    may_pause: bool
    may_resume: bool


def pauses_of(handoff: Handoff, seam: SeamTerms, passage: Passage, at: datetime, *, is_theirs: bool) -> PausesOfHandoff:
    """What the handoff's page says of them to whom it is, or is not, to stop its clock. No query."""
    standing = [each for each in passage.pauses if each.ended_at is None and each.until_at > at]
    by_hand = [each for each in passage.pauses if each.kind in Pause.BY_HAND]
    left = budget_of(handoff, seam, passage.pauses)
    kind = Clock.Kind.ANSWER if handoff.state == Handoff.State.OFFERED else Clock.Kind.FIRST_TOUCH
    runs = any(
        each.clock.kind == kind and each.clock.stopped_at is None and each.clock.due_at > at for each in passage.clocks
    )
    last = max(standing, key=lambda each: each.until_at, default=None)
    return PausesOfHandoff(
        standing=last,
        used=len(by_hand),
        allowed=seam.pausing.times,
        minutes_left=left.minutes,
        may_pause=is_theirs and runs and not standing and not left.is_spent and handoff.assignee_id is not None,
        may_resume=is_theirs and any(each.kind in Pause.BY_HAND for each in standing),
    )
