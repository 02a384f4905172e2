"""What a manager looks after: load by person, what is late, what waits for nobody in particular."""

from datetime import datetime

from django.db.models import Q, QuerySet

from core.people.models import Member, Team
from core.people.permissions import ADMINS
from handoffs.models import Handoff
from handoffs.queries.inbox import SHOWN, HandoffSummary, card_for
from handoffs.queries.people_loads import PersonLoad, people_loads


def load_of_team(member: Member, at: datetime) -> list[PersonLoad]:
    """Everybody in the teams a member looks after (all teams, for admins and leaders), most late first. Two queries."""
    return people_loads(at, teams=[team.pk for team in teams_of(member)])


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
