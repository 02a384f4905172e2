"""A record's last move and change of owner, for programs: what was just done, and taking it back."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from handoffs.actions.undoing.records_back import undo_move, undo_owner, undoable
from lifecycle.api.serializers import RecordOut
from lifecycle.models import Record
from lifecycle.queries import record_for
from lifecycle.record_list import record_json


class UndoableOut(serializers.Serializer):
    """What the caller did to the record within the last ten seconds."""

    said = serializers.CharField(help_text="What it was, in words.")
    at = serializers.DateTimeField(source="deed.since")
    until = serializers.DateTimeField(source="deed.until", help_text="Until when it is offered to be taken back.")
    why_not = serializers.CharField(help_text="What came after it and keeps it; blank where it can be taken back.")


TOLD: Any = {200: UndoableOut, 204: None, 403: Envelope, 404: Envelope}
UNDONE: Any = {200: RecordOut, 403: Envelope, 404: Envelope, 409: Envelope, 422: Envelope}


@extend_schema(tags=["records"])
class RecordUndoViewSet(ApiViewSet):
    """What was just done to a record."""

    verbs = {
        "last_move": "record.read",
        "undo_last_move": "record.advance",
        "last_owner": "record.read",
        "undo_last_owner": "record.write",
    }
    serializer_class = UndoableOut

    @extend_schema(operation_id="records_last_move", responses=TOLD)
    @action(detail=False, url_path="last-move")
    def last_move(self, request: ApiRequest, number: int) -> Response:
        """The move that the caller made within the last ten seconds; 204 where there is none."""
        return self._told(request, number, "moved")

    @extend_schema(operation_id="records_undo_last_move", request=None, responses=UNDONE)
    @last_move.mapping.delete
    def undo_last_move(self, request: ApiRequest, number: int) -> HttpResponse:
        """Within ten seconds, by who moved it: it stands where it stood, what the move offered is recalled with its
        turn, what it made goes. 409 where something came after it, which is named."""
        return self._undone(request, number, undo_move)

    @extend_schema(operation_id="records_last_owner", responses=TOLD)
    @action(detail=False, url_path="last-owner")
    def last_owner(self, request: ApiRequest, number: int) -> Response:
        """The change of owner that the caller made within the last ten seconds; 204 where there is none."""
        return self._told(request, number, "owned")

    @extend_schema(operation_id="records_undo_last_owner", request=None, responses=UNDONE)
    @last_owner.mapping.delete
    def undo_last_owner(self, request: ApiRequest, number: int) -> HttpResponse:
        """Within ten seconds, by who gave it away: it is whose it was. 409 where something came after it."""
        return self._undone(request, number, undo_owner)

    def _told(self, request: ApiRequest, number: int, what: str) -> Response:
        found = undoable(record_for(number), what, by=request.member, at=request.at)
        return self.shown(found) if found else Response(status=204)

    def _undone(self, request: ApiRequest, number: int, undo: Callable[..., Record]) -> HttpResponse:
        undo(record_for(number), by=request.member, at=request.at)
        return HttpResponse(record_json(number), content_type="application/json")
