"""What pages and programs want to know about people: who is here, where they sit, who was invited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from core.people.models import Deputy, Invitation, Member, Team, TeamSeat, TimeOff, User
from core.sql import load

WORKSPACES_OF = load("core", "workspaces_of")


@dataclass(frozen=True)
class OwnWorkspace:
    """A workspace as one of its people sees it from outside."""

    slug: str
    name: str
    role: str


def workspaces_of(user: User) -> list[OwnWorkspace]:
    """Every workspace the person is an active member of, by name. One query, no scope needed."""
    return [OwnWorkspace(*row) for row in WORKSPACES_OF.rows(user=user.pk)]


def people(text: str = "", *, at: datetime) -> list[Member]:
    """All members, active first, people first; each with `seats` and `away` (time off now or to come). Four queries."""
    found = Member.objects.prefetch_related(
        Prefetch("seats", TeamSeat.objects.select_related("team").order_by("team__name")),
        Prefetch("time_off", TimeOff.objects.filter(ends_at__gt=at).order_by("starts_at"), to_attr="away"),
    )
    members = sorted(found, key=lambda one: (not one.is_active, one.kind != Member.Kind.PERSON, one.name.lower()))
    wanted = text.strip().lower()
    return [one for one in members if wanted in one.name.lower() or wanted in one.email]


def members(*, role: str = "", kind: str = "", is_active: bool | None = None) -> QuerySet[Member]:
    """Members with their seats: of one role or kind, active ones or those who left. Three queries when read."""
    asked = {"role": role or None, "kind": kind or None, "is_active": is_active}
    found = Member.objects.filter(**{name: value for name, value in asked.items() if value is not None})
    return found.prefetch_related("seats__team")


def absence_for(member_id: UUID, absence_id: UUID) -> TimeOff:
    """One absence of the member. Raises NotFound."""
    absence: TimeOff = TimeOff.objects.select_related("member").one(pk=absence_id, member_id=member_id)
    return absence


def member_for(member_id: UUID) -> Member:
    """One member of this workspace. Raises NotFound."""
    member: Member = Member.objects.one(pk=member_id)
    return member


def seats_of(member: Member) -> Iterable[TeamSeat]:
    """The member's places, by team. One query."""
    return TeamSeat.objects.filter(member=member).select_related("team").order_by("team__name")


def time_off_of(member: Member, at: datetime) -> Iterable[TimeOff]:
    """Absences that are not over. One query."""
    return TimeOff.objects.filter(member=member, ends_at__gt=at).order_by("starts_at")


def deputy_of(member: Member) -> Member | None:
    """Who stands in for the member while they are away. One query."""
    named = Deputy.objects.select_related("deputy").filter(member=member).first()
    return named.deputy if named else None


def teams() -> Iterable[Team]:
    """All teams with their manager and the number of active people in them. One query."""
    active = Count("seats", filter=Q(seats__member__is_active=True))
    return Team.objects.select_related("manager").annotate(people=active).order_by("function", "name")


def team_for(key: str) -> Team:
    """One team of this workspace, by its key. Raises NotFound."""
    team: Team = Team.objects.select_related("manager").one(key=key)
    return team


def seats_in(team: Team) -> Iterable[TeamSeat]:
    """Who sits in the team. One query."""
    return TeamSeat.objects.filter(team=team).select_related("member").order_by("member__name")


def invitations() -> Iterable[Invitation]:
    """Newest first, at most 200. One query."""
    return Invitation.objects.select_related("team", "invited_by").order_by("-created_at")[:200]


def invitation_for(invitation_id: UUID) -> Invitation:
    """One invitation of this workspace. Raises NotFound."""
    invitation: Invitation = Invitation.objects.select_related("team", "invited_by").one(pk=invitation_id)
    return invitation
