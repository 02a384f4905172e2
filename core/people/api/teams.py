"""Teams and the places in them."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import BadInput
from core.http.api import Cursor
from core.http.params import body
from core.people import queries
from core.people import team_seats as seating
from core.people.api import serializers as shapes
from core.people.models import Member, Team


def _manager(given: dict[str, Any], standing: Member | None = None) -> Member | None:
    if "manager" not in given:
        return standing
    if given["manager"] is None:
        return None
    found = Member.objects.filter(pk=given["manager"]).first()
    if found is None:
        raise BadInput("There is no such member.", field="manager")
    return found


class ByKey(Cursor):
    """Teams by key."""

    ordering = ("key",)


class Teams(GenericAPIView):
    """All teams."""

    verbs = {"GET": "people.read", "POST": "people.manage"}
    serializer_class = shapes.TeamWithSeats
    pagination_class = ByKey

    @extend_schema(operation_id="teams", tags=["teams"], responses=shapes.TeamWithSeats(many=True))
    def get(self, request: Request) -> Response:
        """Teams with their seats, by key."""
        found = self.paginate_queryset(Team.objects.prefetch_related("seats__member"))
        return self.get_paginated_response(shapes.TeamWithSeats(found, many=True).data)

    @extend_schema(
        operation_id="team_create", tags=["teams"], request=shapes.TeamIn, responses={201: shapes.TeamWithSeats}
    )
    def post(self, request: Request) -> Response:
        """Found a team; its key is made from the name and never changes."""
        http, given = request._request, body(request, shapes.TeamIn)
        team = seating.create_team(**{**given, "manager": _manager(given)}, by=http.member, at=http.at)
        return Response(shapes.TeamWithSeats(team).data, status=201)


class OneTeam(APIView):
    """One team."""

    verbs = {"GET": "people.read", "PATCH": "people.manage"}

    @extend_schema(operation_id="team", tags=["teams"], responses=shapes.TeamWithSeats)
    def get(self, request: Request, key: str) -> Response:
        """One team with its seats."""
        return Response(shapes.TeamWithSeats(queries.team_for(key)).data)

    @extend_schema(
        operation_id="team_change", tags=["teams"], request=shapes.TeamIn(partial=True), responses=shapes.TeamWithSeats
    )
    def patch(self, request: Request, key: str) -> Response:
        """Change a team's name, side, region or manager."""
        http, team = request._request, queries.team_for(key)
        given = body(request, shapes.TeamIn, partial=True)
        said = shapes.chosen(given, name=team.name, function=team.function, region=team.region)
        said["manager"] = _manager(given, team.manager)
        return Response(shapes.TeamWithSeats(seating.edit_team(team, **said, by=http.member, at=http.at)).data)


class OneSeat(APIView):
    """A member's place in a team."""

    verbs = {"PUT": "people.manage", "DELETE": "people.manage"}

    @extend_schema(
        operation_id="seat_give",
        tags=["teams"],
        request=shapes.SeatIn,
        responses={200: shapes.SeatOut, 201: shapes.SeatOut},
    )
    def put(self, request: Request, key: str, member_id: UUID) -> Response:
        """Give the place, or change its weight and cap."""
        http, team, member = request._request, queries.team_for(key), queries.member_for(member_id)
        given = body(request, shapes.SeatIn)
        place, is_new = seating.seat(team, member, **given, by=http.member, at=http.at)
        return Response(shapes.SeatOut(place).data, status=201 if is_new else 200)

    @extend_schema(operation_id="seat_remove", tags=["teams"], responses={204: None})
    def delete(self, request: Request, key: str, member_id: UUID) -> Response:
        """Take the place away; open handoffs stay with the member."""
        http = request._request
        seating.unseat(queries.team_for(key), queries.member_for(member_id), by=http.member, at=http.at)
        return Response(status=204)
