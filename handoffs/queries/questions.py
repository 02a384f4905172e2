"""How often people had to ask where a lead went; thirty days without a question is the test of routing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.history.models import Event
from lifecycle.models import Record

ASKED = "routing.asked"
LOOKED_BACK = timedelta(days=30)
LISTED = 100


@dataclass(frozen=True)
class RoutingQuestions:
    """Routing questions of the last thirty days, and the last one ever."""

    recent: int
    last_at: datetime | None
    days_since: int | None


@dataclass(frozen=True)
class RoutingQuestion:
    """Somebody asked about a record."""

    record: Record
    by: str
    at: datetime


def questions(at: datetime) -> RoutingQuestions:
    """The counts as they stand. Two queries."""
    asked = Event.objects.filter(kind=ASKED, at__lte=at)
    last: datetime | None = asked.order_by("-at").values_list("at", flat=True).first()
    recent = asked.filter(at__gt=at - LOOKED_BACK).count()
    return RoutingQuestions(recent, last, (at - last).days if last else None)


def latest_questions(at: datetime) -> list[RoutingQuestion]:
    """Who asked about what in the last thirty days, newest first, at most a hundred. Two queries."""
    asked = Event.objects.filter(kind=ASKED, at__lte=at, at__gt=at - LOOKED_BACK)
    events = list(asked.select_related("actor").order_by("-at")[:LISTED])
    records = Record.objects.in_bulk({event.subject_id for event in events})
    return [
        RoutingQuestion(records[event.subject_id], event.actor.name if event.actor else "", event.at)
        for event in events
        if event.subject_id in records
    ]
