"""Invitations that end before they are answered: taken back, or with whoever is behind them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from core.history.actions import record_all
from core.people.makings import Making
from core.people.models import Invitation, Member
from core.people.permissions import lapses


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
    """What `makings` lists of invitations. One query."""
    return [
        Making("invitation", str(each.pk), f"{each.email} as {each.get_role_display()}", "withdrawn")
        for each in _lapsing(member, role, at)
    ]


def end_invitations(member: Member, role: str | None, *, by: Member, at: datetime) -> None:
    """Withdraw them: who leaves lets nobody in after them."""
    withdraw(_lapsing(member, role, at).select_for_update(), by=by, at=at)
