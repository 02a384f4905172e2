"""A record on its way: moves through the gate, touches, and all that ever happened to it."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.history.models import Event
from core.http.api import Envelope
from core.http.params import body, next_url, page_size, word
from lifecycle import listing
from lifecycle.actions import advancing
from lifecycle.api import serializers as shapes
from lifecycle.api.frame import CURSOR, REFUSED, json_answer, record_numbered


class Advance(APIView):
    """A move through the gate."""

    verbs = {"POST": "record.advance"}

    @extend_schema(request=shapes.AdvanceIn, responses={200: shapes.RecordOut, 404: Envelope, 409: Envelope, **REFUSED})
    def post(self, request: Request, number: int) -> HttpResponse:
        """Move the record to a stage; a shut gate answers 422 with every unmet line in `facts.unmet`."""
        asked = body(request, shapes.AdvanceIn)
        advancing.advance(
            record_numbered(number),
            asked["to"],
            by=request.member,
            at=request.at,
            reason_key=asked["reason"],
            note=asked["note"],
            override=asked["override"],
        )
        return json_answer(listing.record_json(number))


class Activities(APIView):
    """Touches of a record."""

    verbs = {"GET": "record.read", "POST": "activity.log"}

    @extend_schema(responses={200: shapes.ActivityOut(many=True), 404: Envelope}, operation_id="activities_list")
    def get(self, request: Request, number: int) -> Response:
        """The newest 200."""
        found = record_numbered(number).activities.select_related("member").order_by("-at", "-id")[: listing.MOST]
        return Response([activity_out(each) for each in found])

    @extend_schema(
        request=shapes.ActivityIn,
        responses={201: shapes.ActivityLogged, 200: shapes.ActivityLogged, 404: Envelope, 409: Envelope, **REFUSED},
    )
    def post(self, request: Request, number: int) -> Response:
        """Log a touch; 200 with the one that is there where its `external_id` was sent before. `stops_clock` says
        whether a first-touch clock has stopped: null where none is waiting; where it goes on, `why` says what is
        missing."""
        asked = body(request, shapes.ActivityIn)
        happened_at = asked.pop("at", None)
        activity = advancing.log_activity(
            record_numbered(number), **asked, happened_at=happened_at, by=request.member, at=request.at
        )
        heard = activity.heard
        said = {"stops_clock": heard and heard.stops_clock, "why": heard.why if heard else ""}
        return Response(activity_out(activity) | said, status=200 if activity.was_known else 201)


class Timeline(APIView):
    """What ever happened to a record."""

    verbs = {"GET": "record.read"}

    @extend_schema(parameters=CURSOR, responses={200: shapes.TimelineOut, 404: Envelope, **REFUSED})
    def get(self, request: Request, number: int) -> Response:
        """Newest first."""
        record, size = record_numbered(number), page_size(request)
        events = Event.objects.filter(record_id=record.pk).select_related("actor").order_by("-at", "-id")
        if after := word(request, "cursor"):
            at, last = listing.mark(after)
            events = events.extra(where=["(history_event.at, history_event.id) < (%s, %s)"], params=[at, last])
        rows = list(events[: size + 1])
        more = listing.marked(rows[size - 1].at, rows[size - 1].pk) if len(rows) > size else ""
        return Response({"next": next_url(request, more), "results": [event_out(each) for each in rows[:size]]})


def activity_out(activity: Any) -> dict[str, Any]:
    """A touch."""
    return {
        "kind": activity.kind,
        "direction": activity.direction,
        "outcome": activity.outcome,
        "note": activity.note,
        "at": activity.at,
        "external_id": activity.external_id,
        "by": activity.member.display_name if activity.member else None,
        "is_qualifying": activity.is_qualifying,
    }


def event_out(event: Event) -> dict[str, Any]:
    """One thing that happened."""
    return {
        "kind": event.kind,
        "at": event.at,
        "actor": event.actor.display_name if event.actor else None,
        "blueprint_version": event.blueprint_version,
        "facts": event.facts,
    }
