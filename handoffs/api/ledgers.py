"""The ledger's door for programs."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.errors import BadInput
from core.http.api import Envelope
from core.http.paging import BadMark
from core.http.params import word
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from handoffs.models import TurnMove
from handoffs.queries.ledger import ledger_of


class LedgerLineOut(serializers.Serializer):
    """One member of a pool."""

    name = serializers.CharField(source="row.name")
    weight = serializers.IntegerField(source="row.weight")
    state = serializers.CharField(source="row.state", help_text="available, or why not")
    given = serializers.IntegerField(source="row.given", help_text="Turns they took.")
    gifts = serializers.IntegerField(source="row.gifts", help_text="Handoffs that counted as turns.")
    given_back = serializers.IntegerField(source="row.given_back", help_text="Turns that were given back.")
    total = serializers.IntegerField(source="row.total", help_text="What counts for them in all.")
    share = serializers.FloatField(help_text="Their share by weight of what everybody of the pool was given.")
    off = serializers.FloatField(help_text="By how many they are over that share.")
    ahead = serializers.FloatField(source="row.ahead", help_text="Turns ahead of the pool; negative is owed.")


class TurnMoveOut(serializers.Serializer):
    """One handoff that counted as a turn (1), or a turn that was given back (-1)."""

    member = serializers.CharField(source="member.name")
    handoff = serializers.IntegerField(source="handoff.number")
    turns = serializers.ChoiceField([1, -1])
    why = serializers.ChoiceField(TurnMove.Why.choices)
    at = serializers.DateTimeField()


class LedgerOut(serializers.Serializer):
    """A pool's ledger: whoever is next first, and the last moves beside turns."""

    pool = serializers.CharField(source="pool.key")
    strategy = serializers.CharField(source="pool.strategy")
    lines = LedgerLineOut(many=True)
    moves = TurnMoveOut(many=True)
    next = serializers.CharField(source="after", allow_blank=True, help_text="The `cursor` of older moves, if any.")


@extend_schema(tags=["handoffs"])
class LedgerViewSet(ApiViewSet):
    """Who of a pool was given what, and who is next."""

    verbs = {"ledger": "handoff.read"}
    serializer_class = LedgerOut

    @extend_schema(
        operation_id="pool_ledger",
        parameters=[OpenApiParameter("cursor", str, description="From `next`: the moves before these.")],
        responses={200: LedgerOut, 404: Envelope, 422: Envelope},
    )
    @action(detail=False, methods=["get"], url_path="ledger", url_name="ledger")
    def ledger(self, request: ApiRequest, key: str) -> Response:
        """The ledger of a pool: turns, gifts and turns given back by member, and how far each is from their share."""
        try:
            found = ledger_of(request.workspace, key, request.at, word(request, "cursor"))
        except BadMark:
            raise BadInput("The cursor is not one of ours.", code="bad_cursor", field="cursor") from None
        return self.shown(found)
