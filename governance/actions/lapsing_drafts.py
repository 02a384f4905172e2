"""Drafts of somebody who leaves: nobody hands in what its author no longer stands for."""

from datetime import datetime

from django.db.models import Q, QuerySet

from core.history.actions import record_all
from core.people.makings import Making
from core.people.models import Member
from core.people.permissions import lapses
from governance.models import ChangeRequest


def _lapsing(member: Member, role: str | None) -> QuerySet[ChangeRequest]:
    """Drafts opened by the member, or by a program of theirs."""
    drafts = ChangeRequest.objects.filter(state=ChangeRequest.State.DRAFT).order_by("number")
    if not lapses("change.propose", role):
        return drafts.none()
    return drafts.filter(Q(author=member) | Q(author__made_by=member))


def drafts_that_end(member: Member, role: str | None, at: datetime) -> list[Making]:
    """What `makings` lists of drafts. One query."""
    return [
        Making("draft", str(change.pk), f"#{change.number} {change.title}", "withdrawn")
        for change in _lapsing(member, role)
    ]


def end_drafts(member: Member, role: str | None, *, by: Member, at: datetime) -> None:
    """Withdraw them; what they propose can be proposed again by somebody who is here."""
    drafts = list(_lapsing(member, role).select_for_update(of=("self",)))
    ChangeRequest.objects.filter(pk__in=[change.pk for change in drafts]).update(
        state=ChangeRequest.State.WITHDRAWN, decided_at=at
    )
    told = [("change.withdrawn", "changerequest", change.pk, None, {"number": change.number}) for change in drafts]
    record_all(told, at=at, actor=by)
