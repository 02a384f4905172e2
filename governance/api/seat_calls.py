"""Who sits in teams by the blueprint, for programs."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from blueprint.documents import blueprint_of
from core.http.requests import ApiRequest
from core.http.viewsets import ApiViewSet
from governance.actions.placing_seats import propose_seats
from governance.api import serializers as shapes
from governance.api.change_calls import REFUSED
from governance.queries.detail import ChangeDetail
from governance.queries.said_teams import SaidTeam, said_teams


class SaidSeatOut(serializers.Serializer):
    """One person in a team."""

    member = serializers.CharField(help_text="The e-mail address.")
    weight = serializers.IntegerField()
    cap = serializers.IntegerField(allow_null=True)


class SaidTeamOut(serializers.Serializer):
    """A team whose members the blueprint in force says."""

    team = serializers.CharField(source="key")
    seats = serializers.SerializerMethodField()
    apart = serializers.ListField(child=serializers.CharField(), help_text="What was changed by hand since.")

    @extend_schema_field(SaidSeatOut(many=True))
    def get_seats(self, team: SaidTeam) -> list[dict[str, Any]]:
        return [{"member": email, "weight": weight, "cap": cap} for email, (weight, cap) in team.seats.items()]


class SaidTeamIn(serializers.Serializer):
    """The team whose members are to be said as they are."""

    team = serializers.CharField(max_length=60)


class SeatsViewSet(ApiViewSet):
    """Who sits in teams by the blueprint, and what somebody changed by hand since."""

    verbs = {"seats": "blueprint.read", "propose": "change.propose"}
    serializer_class = SaidTeamOut

    @extend_schema(operation_id="blueprint_seats", responses={200: SaidTeamOut(many=True), **REFUSED})
    @action(detail=False, url_path="blueprint/seats", pagination_class=None)
    def seats(self, request: ApiRequest) -> Response:
        """The teams that the version in force names."""
        return self.shown(said_teams(blueprint_of(request.workspace)), many=True)

    @extend_schema(
        operation_id="blueprint_seats_propose", request=SaidTeamIn, responses={201: shapes.ChangeOut, **REFUSED}
    )
    @seats.mapping.post
    def propose(self, request: ApiRequest) -> Response:
        """Draft that the blueprint says of a team whoever sits there now. Nothing is in force before it is
        published."""
        change = propose_seats(request.workspace, self.given()["team"], by=request.member, at=request.at)
        return self.shown(ChangeDetail(change), shapes.ChangeOut, status=201)
