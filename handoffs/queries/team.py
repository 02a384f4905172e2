"""What a manager looks after: their teams, and how much everybody in them has to do."""

from datetime import datetime

from core.people.models import Member, Team
from core.people.permissions import ADMINS
from handoffs.queries.people_loads import PersonLoad, people_loads


def load_of_team(member: Member, at: datetime) -> list[PersonLoad]:
    """Everybody in the teams a member looks after (all teams, for admins and leaders), most late first. Two queries."""
    return people_loads(at, teams=[team.pk for team in teams_of(member)])


def teams_of(member: Member) -> list[Team]:
    """The teams a member looks after. One query."""
    teams = Team.objects.order_by("key")
    sees_all = member.role in ADMINS or member.role == Member.Role.LEADER
    return list(teams if sees_all else teams.filter(manager=member))
