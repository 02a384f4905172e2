"""A handoff that will come back, and what becomes of it."""

from datetime import datetime, timedelta

from core.people.models import Member
from handoffs.actions import scanning
from handoffs.models import Handoff
from tests.cast import Cast
from tests.handoffs.factories import make_records, offer_records

HOUR = timedelta(hours=1)


def offered(cast: Cast) -> tuple[Handoff, Member, Member]:
    """A handoff, who has it, and the other rep."""
    [handoff] = offer_records(cast.acme, make_records(cast.acme, score=60), by=cast.dana)
    pair = (cast.rick, cast.rosa)
    return handoff, *(pair if handoff.assignee_id == cast.rick.pk else pair[::-1])


def scanned(cast: Cast, at: datetime) -> None:
    while scanning.scan(cast.acme, at):
        pass


def live(record_id: object) -> Handoff | None:
    return Handoff.objects.open().filter(record_id=record_id).first()
