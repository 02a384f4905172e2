"""Files of a packet, for programs: sent as a form, and given out as an attachment."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from core.http.api import Envelope
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from handoffs.actions.packet_drafts import save_draft
from handoffs.actions.packets import save_packet
from handoffs.api.serializers import HandoffOut
from handoffs.api.starts import StartOut
from handoffs.packet_file_views import as_attachment, sent_file
from handoffs.queries import inbox
from handoffs.queries.startable import starts_of
from lifecycle.queries import record_for

GIVEN = {(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY), 403: Envelope, 404: Envelope}
ANSWERED = {200: HandoffOut, 403: Envelope, 404: Envelope, 409: Envelope, 422: Envelope}


class PacketFileIn(serializers.Serializer):
    """A file: pdf, png, jpeg, office documents, txt or csv, at most 10 MB."""

    file = serializers.FileField()


@extend_schema(tags=["handoffs"])
class PacketFileViewSet(ApiViewSet):
    """The files of a handoff's packet."""

    verbs = {"retrieve": "handoff.read", "update": "handoff.offer"}
    parser_classes = [MultiPartParser]
    serializer_class = HandoffOut
    lookup_url_kwarg, lookup_value_converter = "item", "slug"

    @extend_schema(operation_id="handoffs_packet_file", responses=GIVEN)
    def retrieve(self, request: ApiRequest, number: int, item: str) -> HttpResponse:
        """The file of an item, as it was sent."""
        return as_attachment(inbox.handoff_numbered(number), item)

    @extend_schema(
        operation_id="handoffs_packet_file_send", request={"multipart/form-data": PacketFileIn}, responses=ANSWERED
    )
    def update(self, request: ApiRequest, number: int, item: str) -> Response:
        """Send the file of an item, in place of what was sent before; an item that is set to "" gives its file up."""
        given = self.given()
        handoff = inbox.handoff_numbered(number)
        files = {item: sent_file(given["file"])}
        save_packet(handoff, {}, files=files, by=request.member, at=request.at)
        return self.shown(inbox.card_of(handoff.pk, request.at))


@extend_schema(tags=["handoffs"])
class DraftFileViewSet(ApiViewSet):
    """The files of a packet before its record comes to the seam."""

    verbs = {"update": "handoff.offer"}
    parser_classes = [MultiPartParser]
    serializer_class = StartOut
    lookup_url_kwarg, lookup_value_converter = "item", "slug"

    @extend_schema(
        operation_id="records_packet_draft_file",
        request={"multipart/form-data": PacketFileIn},
        responses={200: StartOut, 403: Envelope, 404: Envelope, 409: Envelope, 422: Envelope},
    )
    def update(self, request: ApiRequest, number: int, seam: str, item: str) -> Response:
        """Send the file of an item before the record comes to the seam; the offer takes it in. An item that is set to
        "" gives its file up."""
        files = {item: sent_file(self.given()["file"])}
        record = record_for(number)
        save_draft(record, seam, {}, files=files, by=request.member, at=request.at)
        starts = starts_of(request.workspace, record, request.at, by=request.member)
        return self.shown(next(each for each in starts if each.seam.key == seam))
