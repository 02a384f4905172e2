"""Where a person is signed in, and signing them out."""

from datetime import datetime

from allauth.usersessions.models import UserSession

from core.history.security import mirror
from core.people.makings import Making
from core.people.models import Member
from core.people.queries import workspaces_of


def _ending(member: Member, role: str | None) -> list[UserSession]:
    """The sessions of who leaves the only workspace they are in; elsewhere they go on working, and find this one
    closed at their next request."""
    if role is not None or member.user is None or len(workspaces_of(member.user)) > 1:
        return []
    return list(UserSession.objects.filter(user=member.user).order_by("-last_seen_at"))


def sessions_that_end(member: Member, role: str | None, at: datetime) -> list[Making]:
    """What `makings` lists of sessions. Two queries."""
    return [
        Making("session", str(session.pk), (session.user_agent or "a browser")[:80], "signed out")
        for session in _ending(member, role)
    ]


def end_sessions(member: Member, role: str | None, *, by: Member, at: datetime) -> None:
    """Sign them out, and tell the security log."""
    for session in _ending(member, role):
        session.end()
        mirror([("session.ended", {"name": (session.user_agent or "")[:80]}, member.pk)], at=at, actor=by)
