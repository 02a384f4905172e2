"""What somebody made and answers for: keys, invitations, drafts, sessions. It ends with them, or with their role.

Each kind is named in `revops/wiring.py`: `held` tells what would end, `end` ends it. Invitations and sessions are kept
here, the others where they live."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet

from core.history.actions import record_all
from core.history.security import mirror
from core.people.models import Invitation, Member
from core.people.permissions import lapses
from core.people.queries import workspaces_of


@dataclass(frozen=True)
class Making:
    """One thing that ends: what it is, which, and what becomes of it."""

    noun: str
    id: str
    title: str
    becomes: str


# What of a kind ends when the member leaves (`role` is None) or gets `role`, by member, role and moment; and what ends
# it, in the transaction of the leaving, for a member and a role, with `by` and `at`.
Held = Callable[[Member, str | None, datetime], list[Making]]
End = Callable[..., None]
_kinds: list[tuple[Held, End]] = []


def watch(held: Held, end: End) -> None:
    """From now on what `held` tells is listed before somebody leaves or loses a role, and `end` ends it."""
    _kinds.append((held, end))


def held_by(member: Member, role: str | None, at: datetime) -> list[Making]:
    """Everything that would end if the member left now (`role` is None) or got `role`. A query or two per kind."""
    return [making for held, _ in _kinds for making in held(member, role, at)]


def end(member: Member, role: str | None, *, by: Member, at: datetime) -> dict[str, Any]:
    """End it all; what the event tells of it. Called under the member's lock, before the row changes."""
    ended = Counter(making.noun for making in held_by(member, role, at))
    for _, ending in _kinds:
        ending(member, role, by=by, at=at)
    return {"ended": dict(ended)} if ended else {}


def withdraw(invitations: Iterable[Invitation], *, by: Member, at: datetime) -> None:
    """Close these invitations, whoever made them. Whether that may be is the caller's question."""
    told: list[tuple[str, str, UUID, UUID | None, dict[str, str]]] = []
    for invitation in invitations:
        invitation.revoked_at = at
        invitation.save(update_fields=["revoked_at"])
        told.append(("invitation.revoked", "invitation", invitation.pk, None, {"email": invitation.email}))
    record_all(told, at=at, actor=by)


def _lapsing(member: Member, role: str | None, at: datetime) -> QuerySet[Invitation]:
    """Open invitations that the member, or a program of theirs, may not have made as `role`."""
    waiting = Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=at).order_by("created_at")
    theirs = waiting.filter(Q(made_by=member) | Q(invited_by=member))
    if lapses("people.manage", role):
        return theirs
    return theirs.none() if role == Member.Role.OWNER else theirs.filter(role=Member.Role.OWNER)


def invitations_that_end(member: Member, role: str | None, at: datetime) -> list[Making]:
    """One query."""
    return [
        Making("invitation", str(each.pk), f"{each.email} as {each.get_role_display()}", "withdrawn")
        for each in _lapsing(member, role, at)
    ]


def end_invitations(member: Member, role: str | None, *, by: Member, at: datetime) -> None:
    """Withdraw them: who leaves lets nobody in after them."""
    withdraw(_lapsing(member, role, at).select_for_update(), by=by, at=at)


def _sessions(member: Member, role: str | None) -> list[UserSession]:
    """The sessions of who leaves the only workspace they are in; elsewhere they go on working, and find this one
    closed at their next request."""
    if role is not None or member.user is None or len(workspaces_of(member.user)) > 1:
        return []
    return list(UserSession.objects.filter(user=member.user).order_by("-last_seen_at"))


def sessions_that_end(member: Member, role: str | None, at: datetime) -> list[Making]:
    """Two queries."""
    return [
        Making("session", str(session.pk), (session.user_agent or "a browser")[:80], "signed out")
        for session in _sessions(member, role)
    ]


def end_sessions(member: Member, role: str | None, *, by: Member, at: datetime) -> None:
    """Sign them out, and tell the security log."""
    for session in _sessions(member, role):
        session.end()
        mirror([("session.ended", {"name": (session.user_agent or "")[:80]}, member.pk)], at=at, actor=by)
