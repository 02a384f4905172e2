"""The departure's door for programs."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.errors import BadInput
from core.http.api import Envelope
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from core.people import queries
from core.people.api.serializers import MakingOut
from core.people.models import Member
from handoffs.actions.leaving.departing import rehearse
from handoffs.actions.leaving.handover_work import start_handover
from handoffs.actions.leaving.occasions import Kind, Occasion
from handoffs.actions.leaving.plans import NOUNS
from handoffs.api.handover_shapes import FirstMoves, HandoverOut, being_handed_over

REFUSED = {403: Envelope, 404: Envelope, 409: Envelope, 422: Envelope}


class DepartureIn(serializers.Serializer):
    """Who takes over tasks, accounts and records; left out, they go to whoever leads and in turns."""

    successor = serializers.UUIDField(required=False, allow_null=True, default=None)


class ShareOut(serializers.Serializer):
    """What one person receives."""

    member = serializers.UUIDField(source="member.pk")
    name = serializers.CharField(source="member.name")
    handoff = serializers.IntegerField(source="by_noun.handoff")
    record = serializers.IntegerField(source="by_noun.record")
    account = serializers.IntegerField(source="by_noun.account")
    task = serializers.IntegerField(source="by_noun.task")
    promise = serializers.IntegerField(source="by_noun.promise")


class MoveOut(serializers.Serializer):
    """One thing that changes hands."""

    noun = serializers.ChoiceField(NOUNS)
    number = serializers.IntegerField()
    title = serializers.CharField()
    to = serializers.UUIDField(source="to.pk")
    name = serializers.CharField(source="to.name")
    why = serializers.CharField()

    class Meta:
        list_serializer_class = FirstMoves


class DepartureOut(serializers.Serializer):
    """What changes hands, to whom, and what must be changed first."""

    member = serializers.UUIDField(source="member.pk")
    successor = serializers.UUIDField(source="successor.pk", allow_null=True)
    may_leave = serializers.BooleanField()
    obstacles = serializers.CharField(allow_blank=True)
    definitions = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    teams = serializers.ListField(child=serializers.CharField())
    rules = serializers.ListField(child=serializers.CharField())
    ends = MakingOut(many=True)
    counts = serializers.DictField(child=serializers.IntegerField())
    shares = ShareOut(many=True)
    moves = MoveOut(many=True)


@extend_schema(tags=["people"])
class DepartureViewSet(ApiViewSet):
    """Reassign everything, then leave."""

    verbs = {"departure": "people.manage", "depart": "people.manage"}
    serializer_class = DepartureOut

    @extend_schema(
        operation_id="member_departure_rehearse",
        parameters=[OpenApiParameter("successor", UUID, description="Who takes over tasks, accounts and records.")],
        responses={200: DepartureOut, **REFUSED},
    )
    @action(detail=False)
    def departure(self, request: ApiRequest, member_id: UUID) -> Response:
        """What would change hands if the member left now, and to whom; nothing is changed."""
        member, asked = queries.member_for(member_id), DepartureIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        successor = successor_named(asked.validated_data["successor"])
        return self.shown(rehearse(member, successor, by=request.member, at=request.at))

    @extend_schema(
        operation_id="member_departure",
        request=DepartureIn,
        responses={200: DepartureOut, 202: HandoverOut, **REFUSED},
    )
    @departure.mapping.post
    def depart(self, request: ApiRequest, member_id: UUID) -> Response:
        """Hand everything over and deactivate the member, all or nothing; of thousands of things the answer is 202, and
        a worker does. Who owns a seam or a metric, or manages a team, is refused with `change_first` until somebody
        else does."""
        member, successor = queries.member_for(member_id), successor_named(self.given()["successor"])
        plan, kept = start_handover(Occasion(Kind.LEAVES, member), successor, by=request.member, at=request.at)
        return self.shown(plan) if plan else being_handed_over(request, kept)


def successor_named(member_id: UUID | None) -> Member | None:
    """Who takes over, where somebody is named. Raises BadInput."""
    if member_id is None:
        return None
    found = Member.objects.filter(pk=member_id).first()
    if found is None:
        raise BadInput("There is no such member.", code="unknown_member", field="successor")
    return found
