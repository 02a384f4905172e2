"""The figure that should be nought: what waits for nobody who can act, since when, and who answers for it."""

from dataclasses import dataclass
from datetime import datetime

from handoffs.models import Seam
from handoffs.queries import limbo_counts
from revops.workspaces.models import Member
from scorecard.queries.boards import Board


@dataclass(frozen=True)
class LimboCard:
    """How much is in limbo now, the oldest of it, and its owners: those of the seams, else the workspace's admins."""

    total: int
    oldest_at: datetime | None
    owners: tuple[str, ...]

    @property
    def owner(self) -> str:
        """Their names in one line."""
        return ", ".join(self.owners)


def limbo_card(board: Board) -> LimboCard:
    """As it is now, whatever period is looked at. Two queries."""
    limbo = limbo_counts(board.workspace, board.at)
    seams = Seam.objects.filter(is_retired=False, owner__is_active=True).order_by("position")
    owners = list(dict.fromkeys(seams.values_list("owner__name", flat=True)))
    if not owners:
        admins = Member.objects.filter(role__in=(Member.Role.OWNER, Member.Role.ADMIN), is_active=True)
        owners = list(admins.order_by("joined_at").values_list("name", flat=True)[:2])
    return LimboCard(limbo.total, limbo.oldest_at, tuple(owners))
