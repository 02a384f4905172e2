"""Whoever comes into a sample company finds something to do: handoffs of Rick's become theirs."""

from datetime import datetime

from core.people.models import Member
from handoffs.actions.reassigning import reassign
from handoffs.models import Handoff

GIVEN = 3  # of the four on his desk


def give_work(*, member: Member, at: datetime) -> None:
    """The handoffs that are due last, so that there is time to look around."""
    waiting = Handoff.objects.open().filter(assignee__email="rick@acme.example", due_at__gt=at).order_by("-due_at")
    for handoff in waiting[:GIVEN]:
        reassign(handoff, member, by=member, at=at, note="To look around")
