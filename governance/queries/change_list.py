"""The list of change requests, and how many wait for whom."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from core.people.models import Member
from core.people.permissions import permit
from governance.models import ChangeRequest
from governance.queries.reviews import unanswered

OPEN = (ChangeRequest.State.DRAFT, ChangeRequest.State.REVIEW, ChangeRequest.State.APPROVED)


def changes(member: Member, state: str = "") -> QuerySet[ChangeRequest]:
    """Requests, newest first; `state` is a state, "open", "closed", "unreviewed" (published before
    anybody but its authors agreed) or blank for all."""
    permit(member, "blueprint.read")
    found = ChangeRequest.objects.select_related("author").order_by("-number")
    if state == "open":
        return found.filter(state__in=OPEN)
    if state == "closed":
        return found.exclude(state__in=OPEN)
    if state == "unreviewed":
        return unanswered(found)
    return found.filter(state=state) if state else found


def counts_by_state(member: Member) -> dict[str, int]:
    """How many requests are open, in review, approved, closed and unreviewed. One query."""
    permit(member, "blueprint.read")
    is_open = Q(state__in=OPEN)
    return ChangeRequest.objects.aggregate(
        open=Count("id", filter=is_open),
        review=Count("id", filter=Q(state=ChangeRequest.State.REVIEW)),
        approved=Count("id", filter=Q(state=ChangeRequest.State.APPROVED)),
        closed=Count("id", filter=~is_open),
        unreviewed=Count("id", filter=Q(pk__in=unanswered().values("pk"))),
    )


def overdue_count(at: datetime) -> int:
    """Emergencies whose review is late. One query."""
    return unanswered().filter(review_task__due_at__lt=at).count()
