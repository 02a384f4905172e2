"""The API of starting a handoff: across which seams a record can go, and sending it."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.errors import BadInput
from core.http.api import Envelope
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from handoffs.actions.packet_drafts import save_draft
from handoffs.actions.start_handoff import start
from handoffs.api.packet_items import PacketItemOut
from handoffs.api.serializers import HandoffOut
from handoffs.queries.inbox import card_of
from handoffs.queries.startable import starts_of
from handoffs.rules.way_to_seam import Way
from lifecycle.queries import record_for

REFUSED = {403: Envelope, 404: Envelope, 409: Envelope, 422: Envelope}


class UnmetOut(serializers.Serializer):
    """One line that is not met."""

    part = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field of the shape
    verdict = serializers.CharField()


class StartOut(serializers.Serializer):
    """A seam as a record comes to it. `way`: it `stands` at the trigger, `moves` there, its next record is made there
    (`makes`), or null where no way leads there. `unmet` keeps it from the trigger, `asked` would keep the receiver from
    accepting, `missing` are labels of the packet's gaps."""

    seam = serializers.CharField(source="seam.key")
    trigger = serializers.CharField(source="trigger.path")
    record = serializers.IntegerField(source="record.number", help_text="Whose handoff it is, or whose next record.")
    way = serializers.ChoiceField([each.value for each in Way], allow_null=True)
    ready = serializers.BooleanField(source="is_ready")
    may_start = serializers.BooleanField(help_text="Whether it is for the caller to start.")
    open_handoff = serializers.IntegerField(allow_null=True)
    unmet = UnmetOut(many=True)
    asked = UnmetOut(many=True)
    missing = serializers.ListField(child=serializers.CharField(), source="gaps")
    packet_items = PacketItemOut(many=True, source="items")


class StartIn(serializers.Serializer):
    """Across which seam, with what of the packet, and properties of the record that the receiver asks for."""

    seam = serializers.CharField(max_length=60)
    packet = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False, default=dict)
    properties = serializers.DictField(required=False, default=dict)


@extend_schema(tags=["handoffs"])
class StartViewSet(ApiViewSet):
    """Handoffs of a record that somebody starts."""

    verbs = {"offers": "handoff.read", "start": "handoff.offer", "draft": "handoff.offer"}
    serializer_class = StartOut

    @extend_schema(operation_id="records_offers", responses={200: StartOut(many=True), 403: Envelope, 404: Envelope})
    @action(detail=False)
    def offers(self, request: ApiRequest, number: int) -> Response:
        """Every seam with the way from this record to it and what is missing; nothing is changed."""
        return self.shown(starts_of(request.workspace, record_for(number), request.at, by=request.member), many=True)

    @extend_schema(operation_id="records_offer", request=StartIn, responses={201: HandoffOut, **REFUSED})
    @offers.mapping.post
    def start(self, request: ApiRequest, number: int) -> Response:
        """Start a handoff: the record is offered where it stands, moved to the seam's trigger through its gate, or its
        next record is made there."""
        asked = self.given()
        handoff = start(
            record_for(number),
            asked["seam"],
            by=request.member,
            at=request.at,
            packet=asked["packet"],
            properties=asked["properties"],
        )
        return self.shown(card_of(handoff.pk, request.at), HandoffOut, status=201)

    @extend_schema(
        operation_id="records_packet_draft",
        request={"application/json": {"type": "object", "additionalProperties": {"type": "string"}}},
        responses={200: StartOut, **REFUSED},
    )
    @action(detail=False, methods=["patch"], url_path="packets/<slug:seam>")
    def draft(self, request: ApiRequest, number: int, seam: str) -> Response:
        """Fill in items of a packet, by key, before the record comes to the seam; the offer takes them in. Items not
        given stay as they are."""
        if not isinstance(request.data, dict):
            raise BadInput("Send an object of items.", code="wrong_type")
        record = record_for(number)
        save_draft(record, seam, request.data, by=request.member, at=request.at)
        starts = starts_of(request.workspace, record, request.at, by=request.member)
        return self.shown(next(each for each in starts if each.seam.key == seam))
