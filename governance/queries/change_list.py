"""The list of change requests, and how many wait for whom."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q

from core.people.models import Member
from core.people.permissions import permit
from governance.models import ChangeRequest
from governance.queries.reviews import unanswered

PAGE = 50
# "unreviewed" was published before anybody but its authors agreed
STATES = ("open", "closed", "unreviewed", *ChangeRequest.State.values)
OPEN = (ChangeRequest.State.DRAFT, ChangeRequest.State.REVIEW, ChangeRequest.State.APPROVED)


def changes(member: Member, state: str = "", before: str = "") -> tuple[list[ChangeRequest], int | None]:
    """A page of requests, newest first, and the number of its last where more follow. `state` is one of STATES or blank
    for all; `before` leaves out numbers that are not smaller."""
    permit(member, "blueprint.read")
    found = ChangeRequest.objects.select_related("author").defer("document").order_by("-number")
    if state == "open":
        found = found.filter(state__in=OPEN)
    elif state == "closed":
        found = found.exclude(state__in=OPEN)
    elif state == "unreviewed":
        found = unanswered(found)
    elif state:
        found = found.filter(state=state)
    rows = list(found.filter(number__lt=int(before))[: PAGE + 1] if before else found[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else None


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
