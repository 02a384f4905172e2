"""What the operator and the admins want to know: what is set aside in a workspace, and whether its clocks run."""

import time
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet

from core.operating.models import SetAside
from core.people.models import Member, SweepTrouble, Workspace
from core.people.permissions import may
from core.sql import load

SCAN = "handoffs.scan"
LATE_SCAN_S = 120  # eight ticks of the clock: a worker that was killed and came back is not yet late
LATE_STEP_S = 300
MOST_SHOWN = 200
WELL_S = 5.0
MOST_WELL = 10_000
WELL: dict[UUID, float] = {}
"""Workspaces in which all was well a moment ago, and until when this process believes it."""

HOW_LATE = load("core", "how_late")


@dataclass(frozen=True)
class LateNotice:
    """What stands above an admin's pages while clocks run late or something is set aside."""

    scan_age_s: float | None
    overdue_s: float | None
    set_aside: int
    failing: int
    template: ClassVar[str] = "operating/_late_notice.html"

    @property
    def undone(self) -> int:
        """How much could not be done: single rows, and passes that fail as a whole."""
        return self.set_aside + self.failing

    @property
    def is_late(self) -> bool:
        """Whether promises may be late now, and not only single rows."""
        return self.is_scan_late or self.is_step_late

    @property
    def is_scan_late(self) -> bool:
        """Nobody has looked for due steps for too long. One that never ran is told by what it left undone."""
        return self.scan_age_s is not None and self.scan_age_s > LATE_SCAN_S

    @property
    def is_step_late(self) -> bool:
        """A step of this workspace fell due long ago and nobody took it."""
        return self.overdue_s is not None and self.overdue_s > LATE_STEP_S

    @property
    def looked(self) -> str:
        """How long it is since somebody looked, in words."""
        return in_words(self.scan_age_s)

    @property
    def overdue(self) -> str:
        """How long the oldest step has waited, in words."""
        return in_words(self.overdue_s)


def set_aside_rows() -> QuerySet[SetAside]:
    """What is set aside here, oldest first, at most 200. One query."""
    return SetAside.objects.order_by("since", "id")[:MOST_SHOWN]


def failing_passes() -> list[SweepTrouble]:
    """Passes that fail in this workspace as a whole, the longest first; the next turn tries again. One query."""
    return list(SweepTrouble.objects.order_by("since", "sweep"))


def late_notice(workspace: Workspace, member: Member) -> LateNotice | None:
    """For admins: clocks that run late, rows that were set aside. One query of four probes, and none for some seconds
    after all was well; none for the others. Trouble is never remembered."""
    if not may(member, "aside.read") or time.monotonic() < WELL.get(workspace.pk, 0):
        return None
    [late] = HOW_LATE.rows(scan=SCAN)
    notice = LateNotice(*late)
    if notice.is_late or notice.undone:
        return notice
    if len(WELL) >= MOST_WELL:
        WELL.clear()
    WELL[workspace.pk] = time.monotonic() + WELL_S
    return None


def in_words(seconds: float | None) -> str:
    """A length of time as people say it: its greatest unit, whole; one day or hour is said in the next smaller."""
    left = max(0, int(seconds or 0))
    units = ((86_400, "day", 2), (3_600, "hour", 2), (60, "minute", 1), (1, "second", 0))
    count, name = next((left // unit, name) for unit, name, least in units if left // unit >= least)
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
