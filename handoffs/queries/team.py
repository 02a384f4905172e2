"""What a manager looks after: load by person, what is late, what waits for nobody in particular."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from core.people.models import Member, Team
from core.people.permissions import ADMINS
from core.sql import load
from handoffs.models import Handoff
from handoffs.queries.inbox import SHOWN, HandoffSummary, card_for


@dataclass(frozen=True)
class Load:
    """One person's load: open and late handoffs, the next due, whether they are here, how many of theirs stand still
    now, and how often one stood still in the last 30 days: by their hand, and since they were away."""

    member_id: UUID
    name: str
    teams: str
    weight: int
    cap: int | None
    open_count: int
    late_count: int
    next_due_at: datetime | None
    is_away: bool
    paused_count: int
    pauses: int
    away_pauses: int

    @property
    def is_full(self) -> bool:
        """No room for another one."""
        return self.cap is not None and self.open_count >= self.cap


TEAM_LOADS = load("handoffs", "team_loads")


def load_of_team(member: Member, at: datetime) -> list[Load]:
    """Everybody in the teams a member looks after (all teams, for admins and leaders), most late first. Two queries."""
    teams = [team.pk for team in teams_of(member)]
    return [Load(*row) for row in TEAM_LOADS.rows(teams=teams, at=at)]


def teams_of(member: Member) -> list[Team]:
    """The teams a member looks after. One query."""
    teams = Team.objects.order_by("key")
    sees_all = member.role in ADMINS or member.role == Member.Role.LEADER
    return list(teams if sees_all else teams.filter(manager=member))


def overdue(member: Member, at: datetime) -> list[HandoffSummary]:
    """Open handoffs past their due time in the teams a member looks after, longest first. Two queries."""
    found = Handoff.objects.open().filter(due_at__lt=at)
    return _cards(found.filter(team__in=teams_of(member)), at)


def waiting_for_somebody(at: datetime) -> list[HandoffSummary]:
    """Limbo: open handoffs in a queue, or with somebody who is gone. One query."""
    gone = Member.objects.filter(is_active=False)
    return _cards(Handoff.objects.open().filter(Q(assignee__isnull=True) | Q(assignee__in=gone)), at)


def _cards(found: QuerySet[Handoff], at: datetime) -> list[HandoffSummary]:
    rows = found.select_related("record__account", "assignee", "queue", "team").order_by("due_at", "number")[:SHOWN]
    return [card_for(each, at) for each in rows]
