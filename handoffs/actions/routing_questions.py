"""Routing questions: somebody had to ask where a lead went."""

from datetime import datetime
from zoneinfo import ZoneInfo

from core.history.actions import blueprint_version, request_id
from core.history.models import Event
from core.people.models import Member
from core.tenancy.ids import key_id
from core.tenancy.scope import current_id
from handoffs.queries.questions import ASKED
from lifecycle.models import Record


def ask_where_it_went(record: Record, *, by: Member, at: datetime) -> None:
    """Count that a person looked up the path of a record: once for each person, record and day, however often the page
    is opened or reloaded. Programs are not counted. One insert: the event's id follows from what it is about."""
    if by.kind != Member.Kind.PERSON:
        return
    day = at.astimezone(ZoneInfo(by.workspace.time_zone)).date()
    event = Event(
        id=key_id(current_id(), ASKED, str(by.pk), str(record.pk), day.isoformat()),
        kind=ASKED,
        subject_kind="record",
        subject_id=record.pk,
        actor=by,
        at=at,
        facts={"number": record.number},
        blueprint_version=blueprint_version.get(),
        request_id=request_id.get(),
    )
    Event.objects.bulk_create([event], ignore_conflicts=True)
